import type { Line } from './phone.ts'

/** The line the bar is about: what is talked on, then what comes up, rings, waits on hold, and what has just ended. */
const rank: Record<Line['phase'], number> = {
  active: 0,
  connecting: 1,
  ringingOut: 2,
  dialing: 2,
  ringingIn: 3,
  held: 4,
  ended: 5,
}

export interface ShownLines {
  readonly main: Line | null
  /** A second line that needs a hand; ended ones do not. */
  readonly other: Line | null
  /** What the answer key answers. */
  readonly ringing: Line | null
}

export function shownLines(lines: readonly Line[]): ShownLines {
  const sorted = [...lines].sort((a, b) => rank[a.phase] - rank[b.phase] || a.startedAtMs - b.startedAtMs)
  const main = sorted[0] ?? null
  const other = sorted.slice(1).find((line) => line.phase !== 'ended') ?? null
  return { main, other, ringing: sorted.find((line) => line.phase === 'ringingIn') ?? null }
}
