import type { LiveCall } from '../../../server/contract/index.ts'
import type { Line, PhoneState } from '../phone.ts'

export type MergeStep = { readonly movedLineId: string; readonly movedLegId: string } & (
  | { readonly kind: 'start'; readonly keptLegId: string }
  | { readonly kind: 'add'; readonly conferenceId: string }
)

interface MergeInput extends Pick<PhoneState, 'lines' | 'consultation'> {
  readonly conference: LiveCall | null
  readonly legOf: (line: Line) => string | null
}

/** How two answered calls become one conference; null while they cannot. */
export function mergeStep({ lines, consultation, conference, legOf }: MergeInput): MergeStep | null {
  const up = lines.filter(({ phase }) => phase === 'active' || phase === 'held')
  const active = up.find(({ phase }) => phase === 'active')
  const held = up.find(({ phase }) => phase === 'held')
  if (up.length !== 2 || active === undefined || held === undefined || consultation?.step === 'completing') return null
  const conferenceId = conference?.conferenceId ?? null
  if (conference !== null && conferenceId !== null) {
    const inside = insideLine(up, conference, consultation?.callerId ?? null)
    const moved = inside === active ? held : active
    const movedLegId = legOf(moved)
    return movedLegId === null ? null : { kind: 'add', conferenceId, movedLineId: moved.id, movedLegId }
  }
  // The one who was asked joins the caller, whose card stays open; the end of a consultation takes the caller off hold.
  // Of two other calls the one that is heard stays: it needs no re-INVITE.
  const kept = up.find(({ id }) => id === consultation?.callerId) ?? active
  const moved = kept === active ? held : active
  const [keptLegId, movedLegId] = [legOf(kept), legOf(moved)]
  if (keptLegId === null || movedLegId === null) return null
  return { kind: 'start', keptLegId, movedLineId: moved.id, movedLegId }
}

/** The own way into the conference: the line whose call it became, else the one that was held to call somebody else. */
function insideLine(up: readonly Line[], conference: LiveCall, callerId: string | null): Line | undefined {
  return up.find(({ callId }) => callId === conference.id) ?? up.find(({ id }) => id === callerId) ?? up.toSorted(byAge)[0]
}

const byAge = (a: Line, b: Line): number => a.startedAtMs - b.startedAtMs
