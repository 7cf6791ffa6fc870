import type { LevelFormula } from '../../contract/index.ts'
import { type LevelShare, levelShare } from './level-share.ts'
import type { Visit } from './visits.ts'

export interface Judged {
  readonly waitMs: number
  /** Answered or abandoned within the target. */
  readonly withinTarget: boolean
  readonly shortAbandon: boolean
  readonly level: LevelShare
}

/** A visit by the rule of its queue and day. */
export function judgeVisit(
  { enteredMs, leftMs, outcome }: Pick<Visit, 'enteredMs' | 'leftMs' | 'outcome'>,
  { targetMs, shortMs, formula }: { targetMs: number; shortMs: number; formula: LevelFormula },
): Judged {
  const waitMs = Math.max(0, (leftMs ?? enteredMs) - enteredMs)
  const withinTarget = (outcome === 'answered' || outcome === 'abandoned') && waitMs <= targetMs
  const shortAbandon = outcome === 'abandoned' && waitMs < shortMs
  return { waitMs, withinTarget, shortAbandon, level: levelShare(formula, { outcome, withinTarget, shortAbandon }) }
}
