import type { OpenCard } from './card-faces.ts'
import type { CardEvent } from './card-machine.ts'

/** What the operator's wrap-up hears of their talks; null: they are in none, but for `except`. */
export function otherTalk(open: Iterable<OpenCard>, operatorId: string, except?: OpenCard): CardEvent | null {
  const since: number[] = []
  for (const card of open) {
    const { operatorId: whose, state, answeredAtMs, ringingAtMs } = card.record
    if (card !== except && whose === operatorId && state === 'talking') since.push(answeredAtMs ?? ringingAtMs)
  }
  return since.length === 0 ? null : { kind: 'talksOn', sinceMs: Math.min(...since) }
}
