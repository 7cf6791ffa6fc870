import { beforeEach, expect, it } from 'vitest'
import { anna, boris, callOf, galina, legOf } from '../calls/fixture.ts'
import type { LiveChange } from '../contract/index.ts'
import { open, type Rig } from './fixture.ts'

let rig: Rig
beforeEach(() => {
  rig = open()
})
const call = () => rig.board.viewFor(galina).calls[0]
const set = (state: 'talking' | 'held') =>
  rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1001', { state: 'up', answeredAtMs: 0 })], { state, answeredAtMs: 0 }))

it('of a call, its holds are summed up, the one that goes on apart', () => {
  set('talking')
  expect(call()).toMatchObject({ heldMs: 0, heldSinceMs: null })
  const first = rig.clock.nowMs()
  set('held')
  rig.clock.advance(4_000)
  // Something else of the call changes.
  rig.queueNames.set('701', 'Other')
  expect(call()).toMatchObject({ heldMs: 0, heldSinceMs: first })
  rig.clock.advance(1_000)
  set('talking')
  expect(call()).toMatchObject({ heldMs: 5_000, heldSinceMs: null })
  rig.clock.advance(9_000)
  set('held')
  rig.clock.advance(2_000)
  set('talking')
  expect(call()).toMatchObject({ heldMs: 7_000, heldSinceMs: null })
})

it('of a hold that ended while nothing was heard of the PBX, what was seen of it counts', () => {
  set('held')
  rig.clock.advance(4_000)
  rig.telephony.setStatus({ state: 'down', problem: 'lost', sinceMs: rig.clock.nowMs() })
  rig.clock.advance(600_000)
  rig.telephony.setStatus({ state: 'connecting', problem: null, sinceMs: rig.clock.nowMs() })
  const state = rig.telephony.state()
  const talking = callOf('1.0', [legOf('1.1', '1001', { state: 'up', answeredAtMs: 0 })], { state: 'talking', answeredAtMs: 0 })
  rig.telephony.heal({ ...state, calls: new Map([['1.0', talking]]) })
  expect(call()).toMatchObject({ heldMs: 4_000, heldSinceMs: null })
  rig.telephony.setStatus({ state: 'up', problem: null, sinceMs: rig.clock.nowMs() })
  set('held')
  rig.clock.advance(2_000)
  set('talking')
  expect(call()).toMatchObject({ heldMs: 6_000, heldSinceMs: null })
})

it('of a hold after the link was away and nothing had changed meanwhile, all counts', () => {
  set('talking')
  rig.telephony.setStatus({ state: 'down', problem: 'lost', sinceMs: rig.clock.nowMs() })
  rig.clock.advance(5_000)
  // A real link tells nothing of a snapshot that changes nothing.
  rig.telephony.setStatus({ state: 'up', problem: null, sinceMs: rig.clock.nowMs() })
  set('held')
  rig.clock.advance(7_000)
  set('talking')
  expect(call()).toMatchObject({ heldMs: 7_000, heldSinceMs: null })
})

it('of an operator, the calls missed in a row are for overseers and that operator', () => {
  const missed = (reader: typeof anna) => rig.board.viewFor(reader).operators.find(({ id }) => id === 'anna')?.missedInRow
  const told: LiveChange[][] = [[], []]
  rig.board.subscribe(galina, (changes) => told[0]?.push(...changes))
  rig.board.subscribe(boris, (changes) => told[1]?.push(...changes))
  rig.missedRuns.set('anna', 3)
  expect([galina, anna, boris].map(missed)).toEqual([3, 3, 0])
  expect(told[0]).toMatchObject([{ kind: 'operator', operator: { id: 'anna', missedInRow: 3 } }])
  expect(told[1]).toEqual([])
})
