import type { LevelFormula } from '../../contract/index.ts'
import type { VisitOutcome } from '../record/schema.ts'

/** What one visit adds to the service level of its queue: over many visits, Σ part ÷ Σ whole is the formula. */
export interface LevelShare {
  readonly part: 0 | 1
  readonly whole: 0 | 1
}

export function levelShare(
  formula: LevelFormula,
  visit: { outcome: VisitOutcome; withinTarget: boolean; shortAbandon: boolean },
): LevelShare {
  const { outcome, withinTarget, shortAbandon } = visit
  const answered = outcome === 'answered'
  const abandoned = outcome === 'abandoned'
  const answeredInTarget = answered && withinTarget
  const share = (part: boolean, whole: boolean): LevelShare => ({ part: part ? 1 : 0, whole: whole ? 1 : 0 })
  switch (formula) {
    case 'serviceLevelOfOffered':
      return share(answeredInTarget, !shortAbandon && outcome !== 'keyExit')
    case 'serviceLevelWithAbandoned':
      return share((answered || abandoned) && withinTarget, answered || abandoned)
    case 'serviceLevelOfAnswered':
      return share(answeredInTarget, answered)
    case 'serviceLevelOfAll':
      return share(answeredInTarget, answered || abandoned)
    case 'serviceLevelLessAbandoned':
      return share(answeredInTarget, answered || (abandoned && !withinTarget))
    case 'serviceLevelWithShort':
      return share(answeredInTarget || shortAbandon, answered || abandoned)
  }
}
