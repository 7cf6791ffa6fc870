import { type Card, madeByOperator } from '../../server/contract/index.ts'
import type { Line } from '../softphone/phone.ts'
import { cardOfLine, lineOfCard } from './line-card.ts'

type RingingCard = Pick<Card, 'id' | 'callId' | 'legId' | 'direction' | 'state' | 'number' | 'callerName' | 'customer' | 'queue'>
type RingingLine = Pick<Line, 'id' | 'callId' | 'legId' | 'cardId' | 'direction' | 'phase' | 'number' | 'name'>

export interface RingingNotice {
  /** The same for the call's whole ringing. */
  readonly key: string
  readonly caller: Pick<RingingCard, 'customer' | 'callerName' | 'number'>
  readonly queue: string | null
}

export interface RingingNoticeInput {
  /** Open cards, oldest first. */
  readonly cards: readonly RingingCard[]
  readonly lines: readonly RingingLine[]
  /** The server can be reached and hears the PBX; else its cards are old and only the own phone knows what rings. */
  readonly serverTells: boolean
}

/** The incoming call to tell the person of; null when none rings. */
export function ringingNotice({ cards, lines, serverTells }: RingingNoticeInput): RingingNotice | null {
  if (serverTells) {
    const card = cards.find(
      (one) => one.state === 'ringing' && !madeByOperator(one) && lineOfCard(one, lines)?.direction !== 'outbound',
    )
    return card ? { key: card.legId || card.id, caller: card, queue: card.queue?.name ?? null } : null
  }
  const line = lines.find((one) => one.phase === 'ringingIn')
  if (line === undefined) return null
  const card = cardOfLine(line, cards)
  const caller = card ?? { customer: null, callerName: line.name, number: line.number }
  return { key: line.legId ?? line.id, caller, queue: card?.queue?.name ?? null }
}
