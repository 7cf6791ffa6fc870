import type { LineRecord, LinesState } from '../lines.ts'
import type { SavedCalls } from './call-memory.ts'

/** The lines as an earlier page showed them. */
export function restoredLines({ calls, consultation }: SavedCalls): LinesState {
  const lines = calls.map(
    ({ lineId, dialog: _, held, ...rest }): LineRecord => ({
      ...rest,
      id: lineId,
      phase: held ? 'held' : 'active',
      // The leg that carried it is gone with its page.
      legId: null,
      trouble: null,
      unsure: false,
      endReason: null,
      extension: null,
      turning: null,
      endsAs: null,
    }),
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
