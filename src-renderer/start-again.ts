/** What a start that broke off needs of its page. */
interface StartAgainDeps {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
  /** Whether the server gives the page right now. */
  readonly answers: () => Promise<boolean>
  readonly pause: (ms: number) => Promise<void>
  readonly reload: () => void
}

/** Counts a tab's starts that broke off, until one succeeds. */
export const brokenStartsKey = 'callsync.brokenStarts'
/** After that it is not the network. */
const mostStarts = 5
const pausesMs = [200, 500, 1000, 2000]

/**
 * Loads a page again whose scripts did not all arrive: a network that changes while they are fetched takes them along, and
 * an operator in a call would sit before an empty page. Resolves to false, without loading it, when that has not helped.
 */
export async function startAgain({ storage, answers, pause, reload }: StartAgainDeps): Promise<boolean> {
  const broken = Number(storage.getItem(brokenStartsKey)) + 1
  if (broken > mostStarts) return false
  storage.setItem(brokenStartsKey, `${broken}`)
  // The browser's own error page would stay: it does not try again.
  for (let tries = 0; ; tries++) {
    await pause(pausesMs[Math.min(tries, pausesMs.length - 1)] ?? 0)
    if (await answers()) break
  }
  reload()
  return true
}
