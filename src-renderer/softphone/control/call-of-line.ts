import type { Card, LiveCall } from '../../../server/contract/index.ts'
import { cardOfLine } from '../../workplace/line-card.ts'
import type { Line } from '../phone.ts'

type LineIds = Pick<Line, 'callId' | 'legId' | 'number' | 'phase'>

/** The own channel of a line, by which the server knows it: told by the PBX, or (a call we dialled) by its card. */
export const legOfLine = (line: LineIds, cards: readonly Card[]): string | null =>
  line.legId ?? cardOfLine(line, cards)?.legId ?? null

/** What the server says of a line's call; in a conference the call that all of its sides have become. */
export function callOfLine(line: LineIds, cards: readonly Card[], calls: readonly LiveCall[]): LiveCall | null {
  const callId = line.callId ?? cardOfLine(line, cards)?.callId ?? null
  return (callId === null ? undefined : calls.find(({ id }) => id === callId)) ?? null
}

/** The conference the person is in; null for none. */
export const conferenceOf = (ownId: string, calls: readonly LiveCall[]): LiveCall | null =>
  calls.find(
    ({ conferenceId, participants }) => conferenceId !== null && participants.some(({ operatorId }) => operatorId === ownId),
  ) ?? null
