import type { Card } from '../../server/contract/index.ts'
import type { LearntOfCard, Line } from '../softphone/phone.ts'

type LineIds = Pick<Line, 'callId' | 'legId' | 'cardId' | 'number' | 'phase'>
type CardIds = Pick<Card, 'id' | 'callId' | 'legId' | 'number' | 'state'>

/** Numbers come as `+7 495…`, `8495…` or `495…`; the last ten digits tell two subscribers apart. */
const bare = (number: string): string => number.replace(/\D/g, '').slice(-10)
const sameNumber = (a: string, b: string): boolean => bare(a) !== '' && bare(a) === bare(b)

/** How sure we are that a line and a card are one call: 4 by the leg, 3 as they have met, 2 by the call, 1 by the number, 0 not. */
function likeness(line: LineIds, card: CardIds): number {
  const sameLeg = line.legId !== null && line.legId === card.legId
  if (sameLeg) return 4
  if (line.cardId === card.id) return 3
  if (line.legId !== null && card.legId !== '') {
    // Both sides know the leg and differ: another operator's part of the same call, or another call.
    return 0
  }
  if (line.callId !== null && line.callId === card.callId) return 2
  if (line.callId !== null && card.callId !== '') return 0
  return sameNumber(line.number, card.number) ? 1 : 0
}

function best<T>(items: readonly T[], score: (item: T) => number): T | null {
  let found: T | null = null
  let high = 0
  for (const item of items) {
    const points = score(item)
    if (points > high) [found, high] = [item, points]
  }
  return found
}

/** The open card that a line of the softphone belongs to. */
export const cardOfLine = <C extends CardIds>(line: LineIds, cards: readonly C[]): C | null =>
  best(cards, (card) => (card.state === 'wrapUp' && line.phase !== 'ended' ? 0 : likeness(line, card)))

const isLive = (card: CardIds): boolean => card.state === 'ringing' || card.state === 'talking'

type MeetingLine = LineIds & Pick<Line, 'answeredAtMs' | 'name'>

/**
 * What a line has to learn of its card; null: nothing new. Who is transferred to us comes with a call of their own: the older of
 * it and the one that the line knows is the call from then on.
 */
export function learntOf<L extends MeetingLine>(
  line: L,
  lines: readonly L[],
  cards: readonly (CardIds & Pick<Card, 'callerName'>)[],
): LearntOfCard | null {
  const card = cardOfLine(line, cards)
  if (line.phase === 'ended' || card === null) return null
  const points = likeness(line, card)
  const isRival = (one: LineIds, other: CardIds) => likeness(one, other) >= points
  const alone =
    !lines.some((other) => other !== line && other.phase !== 'ended' && isRival(other, card)) &&
    !cards.some((other) => other !== card && isLive(other) && isRival(line, other))
  // A number may be that of two calls, one after the other.
  if (!alone || (points === 1 && (line.answeredAtMs === null || card.state !== 'talking'))) return null
  const { callId, number, name, answeredAtMs } = line
  const cardId = card.id
  const hasMet = line.cardId === cardId
  if (callId !== null && callId !== card.callId)
    return { cardId, callId: card.callId, number: card.number, name: card.callerName }
  // The card's number has changed, or is withheld now: it is somebody else's. Of a call that rings the phone was shown a number as
  // the PBX wants it shown, and nobody is transferred yet.
  const isOther = card.number !== number && !sameNumber(card.number, number)
  if (hasMet && isOther && (callId === null || answeredAtMs !== null))
    return { cardId, callId, number: card.number, name: card.callerName }
  return hasMet ? null : { cardId, callId, number, name }
}

/** The line on which a card's call can be answered or ended; none in wrap-up. */
export const lineOfCard = <L extends LineIds>(card: CardIds, lines: readonly L[]): L | null =>
  isLive(card)
    ? best(
        lines.filter((line) => line.phase !== 'ended'),
        (line) => likeness(line, card),
      )
    : null

/** False only when the softphone is surely not in the card's call; a line without a leg (an own dialled call) may be it. */
export const mayBeOnLines = (card: CardIds, lines: readonly LineIds[]): boolean =>
  lineOfCard(card, lines) !== null || lines.some((line) => line.phase !== 'ended' && line.legId === null)
