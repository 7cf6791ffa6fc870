import type { LineRecord, LinesState } from '../lines.ts'
import type { IncomingCall } from '../sip/sip-link.ts'
import type { RecentCall, SavedCalls } from './call-memory.ts'

const bare = {
  // The leg that carried it is gone with its page.
  legId: null,
  trouble: null,
  unsure: false,
  endReason: null,
  extension: null,
  turning: null,
  endsAs: null,
} as const satisfies Partial<LineRecord>

/** A line that only the computer remembers, with who it is from the call that is given back. */
export function lineOfRecent({ lineId, ...times }: RecentCall, { number, name }: IncomingCall): LineRecord {
  return { ...bare, ...times, id: lineId, cardId: null, joined: false, number, name, phase: 'active', muted: false }
}

/** The lines as an earlier page showed them. */
export function restoredLines({ calls, consultation }: SavedCalls): LinesState {
  const lines = calls.map(
    ({ lineId, dialog: _, held, ...rest }): LineRecord => ({ ...rest, ...bare, id: lineId, phase: held ? 'held' : 'active' }),
  )
  const isUp = (lineId: string) => lines.some(({ id }) => id === lineId)
  const asking = consultation !== null && isUp(consultation.callerId) && isUp(consultation.targetId)
  return {
    lines,
    activeId: lines.find(({ phase }) => phase === 'active')?.id ?? null,
    waiting: null,
    consultation: asking ? { ...consultation, step: 'asking' } : null,
  }
}
