import type { Card } from '../../server/contract/index.ts'

/** Somebody called and nobody answered here; an own call that the other side did not take is not missed. */
export const isMissed = (card: Pick<Card, 'state' | 'direction'>): boolean =>
  card.state === 'missed' && card.direction !== 'outbound'

export interface MyDay {
  /** Calls taken; own dialled ones are not among them, but in the average. */
  readonly answered: number
  readonly missed: number
  /** null when nothing was answered. */
  readonly averageTalkMs: number | null
}

export const startOfDay = (nowMs: number): number => {
  const day = new Date(nowMs)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime()
}

/** Today's figures from the own finished cards: average talk = sum of (end − answer) / calls with an answer. */
export function myDay(
  cards: readonly Pick<Card, 'state' | 'direction' | 'ringingAtMs' | 'answeredAtMs' | 'endedAtMs'>[],
  nowMs: number,
): MyDay {
  const fromMs = startOfDay(nowMs)
  const today = cards.filter((card) => card.ringingAtMs >= fromMs)
  const talks = today.flatMap(({ answeredAtMs, endedAtMs }) =>
    answeredAtMs === null ? [] : [Math.max(0, (endedAtMs ?? answeredAtMs) - answeredAtMs)],
  )
  const talkMs = talks.reduce((sum, one) => sum + one, 0)
  return {
    answered: today.filter((card) => card.direction !== 'outbound' && card.answeredAtMs !== null).length,
    missed: today.filter(isMissed).length,
    averageTalkMs: talks.length === 0 ? null : talkMs / talks.length,
  }
}
