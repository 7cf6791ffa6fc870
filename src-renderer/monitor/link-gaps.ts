import type { LinkGap } from '../../server/contract/index.ts'

/** A blink, such as a restart of the server, is nobody's business. */
const shortestMs = 3_000
/** As long as somebody may wonder about a figure. */
const toldForMs = 8 * 3_600_000
/** After the link came up: so long its end may not be in the record yet, or the calls in it not. */
const freshMs = 600_000

/** By Asterisk server: up to when its gaps were read. */
export type ReadGaps = Readonly<Record<string, number>>

/** The newest gap that is long enough and was not read yet. */
export const gapToTell = (gaps: readonly LinkGap[], read: ReadGaps, nowMs: number): LinkGap | null =>
  gaps.find(
    ({ server, fromMs, toMs }) => toMs > (read[server] ?? 0) && toMs - fromMs >= shortestMs && nowMs - toMs < toldForMs,
  ) ?? null

/** Often while the record is being read past a gap, else now and then. */
export function askEveryMs(of: { gaps: readonly LinkGap[]; upSinceMs: number | null; nowMs: number }): number {
  const fresh = of.upSinceMs !== null && of.nowMs - of.upSinceMs < freshMs
  return fresh && (of.gaps[0]?.filled ?? false) === false ? 3_000 : 60_000
}
