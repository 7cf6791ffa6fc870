import { expect, it } from 'vitest'
import { call } from '../../app/live/fixtures.ts'
import type { Line } from '../phone.ts'
import { mergeStep } from './merge-step.ts'

const line = (id: string, change: Partial<Line>): Line => ({
  id,
  direction: 'inbound',
  phase: 'active',
  number: '100',
  name: '',
  callId: `call-${id}`,
  legId: `leg-${id}`,
  muted: false,
  trouble: null,
  unsure: false,
  startedAtMs: 0,
  answeredAtMs: 0,
  endReason: null,
  extension: null,
  ...change,
})
const legOf = ({ legId }: Line) => legId
const held = line('a', { phase: 'held' })
const active = line('b', { startedAtMs: 5 })
const conference = (id: string) => call({ id, conferenceId: 'k1' })

it('keeps the line that is heard and moves the held one', () => {
  expect(mergeStep({ lines: [held, active], consultation: null, conference: null, legOf })).toEqual({
    kind: 'start',
    keptLegId: 'leg-b',
    movedLineId: 'a',
    movedLegId: 'leg-a',
  })
})

it('lets the one who was asked join the caller, whose card stays open', () => {
  const consultation = { callerId: 'a', targetId: 'b', step: 'asking' } as const
  const step = { kind: 'start', keptLegId: 'leg-a', movedLineId: 'b' }
  expect(mergeStep({ lines: [held, active], consultation, conference: null, legOf })).toMatchObject(step)
  const swapped = [line('a', { phase: 'active' }), line('b', { phase: 'held' })]
  expect(mergeStep({ lines: swapped, consultation, conference: null, legOf })).toMatchObject(step)
})

it('adds the other line to the conference that is there, wherever it is heard', () => {
  const input = { lines: [held, active], consultation: null, legOf }
  expect(mergeStep({ ...input, conference: conference('call-a') })).toMatchObject({
    kind: 'add',
    conferenceId: 'k1',
    movedLineId: 'b',
  })
  expect(mergeStep({ ...input, conference: conference('call-b') })).toMatchObject({ movedLineId: 'a' })
  const consultation = { callerId: 'a', targetId: 'b', step: 'asking' } as const
  expect(mergeStep({ ...input, consultation, conference: conference('elsewhere') })).toMatchObject({ movedLineId: 'b' })
})

it('needs two answered calls that the server knows, and nobody moving them', () => {
  const none = { consultation: null, conference: null, legOf }
  expect(mergeStep({ ...none, lines: [active] })).toBeNull()
  expect(mergeStep({ ...none, lines: [held, line('b', { phase: 'ringingOut' })] })).toBeNull()
  expect(mergeStep({ ...none, lines: [held, line('b', { legId: null })] })).toBeNull()
  const completing = { callerId: 'a', targetId: 'b', step: 'completing' } as const
  expect(mergeStep({ ...none, lines: [held, active], consultation: completing })).toBeNull()
})
