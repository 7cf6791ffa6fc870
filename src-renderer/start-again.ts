/** What a start that broke off needs of its page. */
interface StartAgainDeps {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
  /** Whether the server gives the page right now. */
  readonly answers: () => Promise<boolean>
  readonly pause: (ms: number) => Promise<void>
  readonly nowMs: () => number
  /** The server has given nothing for long: a person is to know why they wait. */
  readonly onSilence: () => void
  /** Resolves when a reload would take no call along that is just being fetched back. */
  readonly callsSettled: () => Promise<void>
  readonly reload: () => void
}

/** Counts a tab's starts that broke off, until one succeeds. */
export const brokenStartsKey = 'callsync.brokenStarts'
/** After that it is not the network. */
const mostStarts = 5
const pausesMs = [200, 500, 1000, 2000]
const silenceMs = 30_000

/** In the words of Chromium, Firefox, Safari and Vite. */
const failedFetches =
  /failed to fetch|dynamically imported module|networkerror|importing a module script|load failed|unable to preload css/i

/** Whether a start broke off because something did not arrive; anything else would break it off again. */
export const isFailedFetch = (error: unknown): boolean => error instanceof Error && failedFetches.test(error.message)

/**
 * Loads a page again whose scripts did not all arrive: a network that changes while they are fetched takes them along, and
 * an operator in a call would sit before an empty page. Resolves to false, without loading it, when that has not helped.
 */
export async function startAgain(deps: StartAgainDeps): Promise<boolean> {
  const { storage, answers, pause, nowMs, onSilence, callsSettled, reload } = deps
  const broken = Number(storage.getItem(brokenStartsKey)) + 1
  if (broken > mostStarts) return false
  storage.setItem(brokenStartsKey, `${broken}`)
  // The browser's own error page would stay: it does not try again.
  let silentAtMs = nowMs() + silenceMs
  for (let tries = 0; ; tries++) {
    await pause(pausesMs[Math.min(tries, pausesMs.length - 1)] ?? 0)
    if (await answers()) break
    if (nowMs() < silentAtMs) continue
    silentAtMs = Number.POSITIVE_INFINITY
    onSilence()
  }
  await callsSettled()
  reload()
  return true
}
