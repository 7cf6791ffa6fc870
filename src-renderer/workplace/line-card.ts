import type { Card } from '../../server/contract/index.ts'
import type { Line } from '../softphone/phone.ts'

type LineIds = Pick<Line, 'callId' | 'legId' | 'number' | 'phase'>
type CardIds = Pick<Card, 'callId' | 'legId' | 'number' | 'state'>

/** Numbers come as `+7 495…`, `8495…` or `495…`; the last ten digits tell two subscribers apart. */
const bare = (number: string): string => number.replace(/\D/g, '').slice(-10)
const sameNumber = (a: string, b: string): boolean => bare(a) !== '' && bare(a) === bare(b)

/** How sure we are that a line and a card are one call: 3 by the leg, 2 by the call, 1 by the number, 0 not. */
function likeness(line: LineIds, card: CardIds): number {
  if (line.legId !== null && card.legId !== '') {
    if (line.legId === card.legId) return 3
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

/** The line on which a card's call can be answered or ended; none in wrap-up. */
export const lineOfCard = <L extends LineIds>(card: CardIds, lines: readonly L[]): L | null =>
  card.state === 'ringing' || card.state === 'talking'
    ? best(
        lines.filter((line) => line.phase !== 'ended'),
        (line) => likeness(line, card),
      )
    : null

/** False only when the softphone is surely not in the card's call; a line without a leg (an own dialled call) may be it. */
export const mayBeOnLines = (card: CardIds, lines: readonly LineIds[]): boolean =>
  lineOfCard(card, lines) !== null || lines.some((line) => line.phase !== 'ended' && line.legId === null)
