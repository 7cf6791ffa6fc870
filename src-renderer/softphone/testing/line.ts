import type { Line } from '../phone.ts'

/** A line in a talk, as call `call-…` of the PBX. */
export const line = (id: string, change: Partial<Line> = {}): Line => ({
  id,
  direction: 'inbound',
  phase: 'active',
  number: '100',
  name: '',
  callId: `call-${id}`,
  legId: `leg-${id}`,
  cardId: null,
  muted: false,
  trouble: null,
  unsure: false,
  startedAtMs: 0,
  answeredAtMs: 0,
  endReason: null,
  extension: null,
  ...change,
})
