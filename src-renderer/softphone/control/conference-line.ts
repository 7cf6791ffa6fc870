import type { LiveCall } from '../../../server/contract/index.ts'
import type { Consultation, Line, PhoneState } from '../phone.ts'

export interface ConferenceInput extends Pick<PhoneState, 'lines' | 'consultation'> {
  /** The one the person is in; each side of it has a call of its own, all in one room. */
  readonly conference: LiveCall | null
  readonly callOf: (line: Line) => LiveCall | null
}

/** The own way into the conference. A line whose call is known and in another place is never it. */
export function conferenceLine({ lines, consultation, conference, callOf }: ConferenceInput): Line | null {
  if (conference === null) return null
  const up = lines.filter(({ phase }) => phase === 'active' || phase === 'held').toSorted(byAge)
  const inRoom = up.filter((line) => callOf(line)?.conferenceId === conference.conferenceId)
  // The server cannot tell of these; the one held to call somebody else is it, or the oldest.
  const mayBe = inRoom.length > 0 ? inRoom : up.filter((line) => callOf(line) === null)
  return mayBe.find(({ id }) => id === consultation?.callerId) ?? mayBe[0] ?? null
}

const byAge = (a: Line, b: Line): number => a.startedAtMs - b.startedAtMs

/** What the transfer key does: connects the two, or asks for whom. A conference is joined to, not handed over. */
export function transferStep(step: {
  readonly talkId: string | null
  readonly consultation: Consultation | null
  readonly conferenceLineId: string | null
}): 'connect' | 'choose' | null {
  const { talkId, consultation, conferenceLineId } = step
  if (consultation !== null) return consultation.callerId === conferenceLineId ? null : 'connect'
  return talkId === null || talkId === conferenceLineId ? null : 'choose'
}
