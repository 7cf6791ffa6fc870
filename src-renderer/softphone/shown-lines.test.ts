import { expect, it } from 'vitest'
import type { Line, LinePhase } from './phone.ts'
import { shownLines } from './shown-lines.ts'

const line = (id: string, phase: LinePhase, startedAtMs = 0): Line => ({
  id,
  phase,
  startedAtMs,
  direction: 'inbound',
  number: '',
  name: '',
  callId: null,
  legId: null,
  cardId: null,
  muted: false,
  trouble: null,
  unsure: false,
  answeredAtMs: null,
  endReason: null,
  extension: null,
})
const shown = (...lines: Line[]) => {
  const { main, other, ringing } = shownLines(lines)
  return [main?.id ?? null, other?.id ?? null, ringing?.id ?? null]
}

it('shows nothing without lines', () => expect(shown()).toEqual([null, null, null]))
it('talks about the talk, with the ringing one beside it', () =>
  expect(shown(line('a', 'active'), line('b', 'ringingIn'))).toEqual(['a', 'b', 'b']))
it('puts a ringing call before a held one', () =>
  expect(shown(line('a', 'held'), line('b', 'ringingIn'))).toEqual(['b', 'a', 'b']))
it('goes back to the held call when the other has ended', () =>
  expect(shown(line('a', 'ended'), line('b', 'held'))).toEqual(['b', null, null]))
it('says how a call ended while nothing else is up', () => expect(shown(line('a', 'ended'))).toEqual(['a', null, null]))
it('shows the call being dialled, not the one put aside for it', () =>
  expect(shown(line('a', 'held'), line('b', 'dialing'))).toEqual(['b', 'a', null]))
