import { expect, it } from 'vitest'
import type { Line } from '../phone.ts'
import { line } from '../testing/line.ts'
import { mergeStep } from './merge-step.ts'

const legOf = ({ legId }: Line) => legId
const held = line('a', { phase: 'held' })
const active = line('b', { startedAtMs: 5 })
const none = { consultation: null, conferenceId: null, conferenceLineId: null, legOf }

it('keeps the line that is heard and moves the held one', () => {
  expect(mergeStep({ ...none, lines: [held, active] })).toEqual({
    kind: 'start',
    keptLegId: 'leg-b',
    movedLineId: 'a',
    movedLegId: 'leg-a',
  })
})

it('lets the one who was asked join the caller, whose card stays open', () => {
  const consultation = { callerId: 'a', targetId: 'b', step: 'asking' } as const
  const step = { kind: 'start', keptLegId: 'leg-a', movedLineId: 'b' }
  expect(mergeStep({ ...none, lines: [held, active], consultation })).toMatchObject(step)
  const swapped = [line('a', { phase: 'active' }), line('b', { phase: 'held' })]
  expect(mergeStep({ ...none, lines: swapped, consultation })).toMatchObject(step)
})

it('adds the other line to the conference that is there, wherever it is heard', () => {
  const input = { ...none, lines: [held, active], conferenceId: 'k1' }
  expect(mergeStep({ ...input, conferenceLineId: 'a' })).toMatchObject({ kind: 'add', conferenceId: 'k1', movedLineId: 'b' })
  expect(mergeStep({ ...input, conferenceLineId: 'b' })).toMatchObject({ movedLineId: 'a' })
  // The conference is on another phone of theirs.
  expect(mergeStep(input)).toMatchObject({ kind: 'add', movedLineId: 'b' })
})

it('needs two answered calls that the server knows, and nobody moving them', () => {
  expect(mergeStep({ ...none, lines: [active] })).toBeNull()
  expect(mergeStep({ ...none, lines: [held, line('b', { phase: 'ringingOut' })] })).toBeNull()
  expect(mergeStep({ ...none, lines: [held, line('b', { legId: null })] })).toBeNull()
  const completing = { callerId: 'a', targetId: 'b', step: 'completing' } as const
  expect(mergeStep({ ...none, lines: [held, active], consultation: completing })).toBeNull()
})
