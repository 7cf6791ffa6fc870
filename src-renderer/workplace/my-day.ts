import type { Card } from '../../server/contract/index.ts'

export interface MyDay {
  readonly answered: number
  readonly missed: number
  /** null when nothing was answered. */
  readonly averageTalkMs: number | null
}

export const startOfDay = (nowMs: number): number => {
  const day = new Date(nowMs)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime()
}

/** Today's figures from the own finished cards: average talk = sum of (end − answer) / answered. */
export function myDay(
  cards: readonly Pick<Card, 'state' | 'ringingAtMs' | 'answeredAtMs' | 'endedAtMs'>[],
  nowMs: number,
): MyDay {
  const fromMs = startOfDay(nowMs)
  const today = cards.filter((card) => card.ringingAtMs >= fromMs)
  const talks = today.flatMap(({ answeredAtMs, endedAtMs }) =>
    answeredAtMs === null ? [] : [Math.max(0, (endedAtMs ?? answeredAtMs) - answeredAtMs)],
  )
  const talkMs = talks.reduce((sum, one) => sum + one, 0)
  return {
    answered: talks.length,
    missed: today.filter((card) => card.state === 'missed').length,
    averageTalkMs: talks.length === 0 ? null : talkMs / talks.length,
  }
}
