import type { FoundDialog } from './call-keeper.ts'

type Source = () => Promise<readonly FoundDialog[]>

/** A page that has just been loaded has calls before it has a session to ask with; a network that has just changed fails at first. */
const patienceMs = 5_000
const pauseMs = 300
/** A question that went into a network that is gone would wait for minutes. */
const answerLimitMs = 1_500

let source: Source | null = null

/** By the screens, as soon as somebody is signed in. */
export function provideDialogs(next: Source): void {
  source = next
}

/** Where the server sees our calls; nothing when it cannot be asked in time. */
export async function askForDialogs(): Promise<readonly FoundDialog[]> {
  const untilMs = performance.now() + patienceMs
  for (;;) {
    const asked = source?.().catch(() => null) ?? null
    const found = asked && (await Promise.race([asked, pause(answerLimitMs)]))
    if (found) return found
    if (performance.now() > untilMs) return []
    await pause(pauseMs)
  }
}

const pause = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms))
