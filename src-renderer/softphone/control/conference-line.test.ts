import { expect, it } from 'vitest'
import { call } from '../../app/live/fixtures.ts'
import { line } from '../testing/line.ts'
import { conferenceLine, transferStep } from './conference-line.ts'

const inRoom = call({ id: 'call-a', conferenceId: 'k1' })
/** The other side's, in the same room. */
const conference = call({ id: 'call-of-boris', conferenceId: 'k1' })
const elsewhere = call({ id: 'call-b' })
const calls = [conference, inRoom, elsewhere]
const input = {
  conference,
  consultation: null,
  callOf: ({ callId }: { callId: string | null }) => calls.find(({ id }) => id === callId) ?? null,
}
const first = line('a', { phase: 'held' })
const second = line('b', { startedAtMs: 5 })
const idOf = (change: Partial<Parameters<typeof conferenceLine>[0]>) =>
  conferenceLine({ ...input, lines: [first, second], ...change })?.id ?? null

it('is the line whose call is in the room, heard or held', () => {
  expect(idOf({})).toBe('a')
  expect(idOf({ lines: [line('b', {}), line('a', { startedAtMs: 5 })] })).toBe('a')
})

it('is not a call beside it that was answered meanwhile', () => {
  expect(idOf({ lines: [second] })).toBeNull()
  expect(idOf({ lines: [line('a', { phase: 'ringingIn' }), second] })).toBeNull()
})

it('is the one held to call somebody else, or the oldest, while the server cannot tell', () => {
  const lines = [line('x', {}), line('y', { startedAtMs: 5 })]
  expect(idOf({ lines })).toBe('x')
  expect(idOf({ lines, consultation: { callerId: 'y', targetId: 'x', step: 'asking' } })).toBe('y')
  expect(idOf({ lines: [line('b', {}), line('y', { startedAtMs: 5 })] })).toBe('y')
})

it('is none without a conference', () => expect(idOf({ conference: null })).toBeNull())

it('hands over a call, never a conference', () => {
  const consultation = { callerId: 'a', targetId: 'b', step: 'asking' } as const
  expect(transferStep({ talkId: 'b', consultation, conferenceLineId: null })).toBe('connect')
  expect(transferStep({ talkId: 'b', consultation, conferenceLineId: 'a' })).toBeNull()
  expect(transferStep({ talkId: 'a', consultation: null, conferenceLineId: null })).toBe('choose')
  expect(transferStep({ talkId: 'b', consultation: null, conferenceLineId: 'a' })).toBe('choose')
  expect(transferStep({ talkId: 'a', consultation: null, conferenceLineId: 'a' })).toBeNull()
  expect(transferStep({ talkId: null, consultation: null, conferenceLineId: null })).toBeNull()
})
