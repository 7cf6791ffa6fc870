import type { Line, PhoneState } from '../phone.ts'

export type MergeStep = { readonly movedLineId: string; readonly movedLegId: string } & (
  | { readonly kind: 'start'; readonly keptLegId: string }
  | { readonly kind: 'add'; readonly conferenceId: string }
)

interface MergeInput extends Pick<PhoneState, 'lines' | 'consultation'> {
  /** The conference the person is in, and the own line in it. */
  readonly conferenceId: string | null
  readonly conferenceLineId: string | null
  readonly legOf: (line: Line) => string | null
}

/** How two answered calls become one conference; null while they cannot. */
export function mergeStep({ lines, consultation, conferenceId, conferenceLineId, legOf }: MergeInput): MergeStep | null {
  const up = lines.filter(({ phase }) => phase === 'active' || phase === 'held')
  const active = up.find(({ phase }) => phase === 'active')
  const held = up.find(({ phase }) => phase === 'held')
  if (up.length !== 2 || active === undefined || held === undefined || consultation?.step === 'completing') return null
  if (conferenceId !== null) {
    const moved = active.id === conferenceLineId ? held : active
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
