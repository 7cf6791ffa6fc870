/** A timer of 1 s that comes this late in a visible page means that the computer slept (or hung: the cure is the same). */
const visibleGapMs = 3_000
/** Chromium wakes timers of hidden pages only once a minute. */
const hiddenGapMs = 70_000

export interface ResumeClock {
  readonly lastTickMs: number
}

/** One look at the clock: the next state, and whether the time since the last look speaks for a sleep. */
export function lookAtClock(
  clock: ResumeClock,
  look: { nowMs: number; hidden: boolean },
): { clock: ResumeClock; resumed: boolean } {
  const gapMs = look.nowMs - clock.lastTickMs
  return { clock: { lastTickMs: look.nowMs }, resumed: gapMs > (look.hidden ? hiddenGapMs : visibleGapMs) }
}

export interface ResumeDeps {
  readonly now: () => number
  readonly isHidden: () => boolean
  /** Calls back every second; returns its disposer. */
  readonly everySecond: (tick: () => void) => () => void
  /** The page became visible; returns its disposer. */
  readonly onVisible: (listener: () => void) => () => void
}

/** Tells when the page runs again after a sleep. Returns the disposer. */
export function watchResume(deps: ResumeDeps, listener: () => void): () => void {
  let clock: ResumeClock = { lastTickMs: deps.now() }
  const look = () => {
    const seen = lookAtClock(clock, { nowMs: deps.now(), hidden: deps.isHidden() })
    clock = seen.clock
    if (seen.resumed) listener()
  }
  const disposers = [deps.everySecond(look), deps.onVisible(look)]
  return () => {
    for (const dispose of disposers) dispose()
  }
}
