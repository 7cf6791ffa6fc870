import type { Card, LiveCall } from '../../../server/contract/index.ts'
import { cardOfLine } from '../../workplace/line-card.ts'
import type { Line } from '../phone.ts'

type LineIds = Pick<Line, 'callId' | 'legId' | 'cardId' | 'number' | 'phase'>

/** The own channel of a line, by which the server knows it: told by the PBX, or (a call we dialled) by its card. */
export const legOfLine = (line: LineIds, cards: readonly Card[]): string | null =>
  line.legId ?? cardOfLine(line, cards)?.legId ?? null

/** What the server says of a line's call. The card knows better than the line: the PBX joins calls, and tells no phone. */
export function callOfLine(line: LineIds, cards: readonly Card[], calls: readonly LiveCall[]): LiveCall | null {
  const callId = cardOfLine(line, cards)?.callId ?? line.callId
  return (callId === null ? undefined : calls.find(({ id }) => id === callId)) ?? null
}

/** The conference the person is in; null for none. */
export const conferenceOf = (ownId: string, calls: readonly LiveCall[]): LiveCall | null =>
  calls.find(
    ({ conferenceId, participants }) => conferenceId !== null && participants.some(({ operatorId }) => operatorId === ownId),
  ) ?? null
