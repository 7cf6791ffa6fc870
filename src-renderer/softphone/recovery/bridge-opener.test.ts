import { beforeEach, expect, it } from 'vitest'
import { ManualClock, settle } from '../../platform/manual-clock.ts'
import type { RenegotiationOutcome } from '../sip/sip-link.ts'
import { savedCall } from '../testing/calls-up.ts'
import { BridgeOpener } from './bridge-opener.ts'
import { restoredLines } from './restored-lines.ts'

const { lines } = restoredLines({ calls: [savedCall({ direction: 'outbound' })], consultation: null })
let clock: ManualClock
let turns: { readonly how: string; readonly answer: (outcome: RenegotiationOutcome) => void }[]
let told: string[]
let opener: BridgeOpener

beforeEach(() => {
  clock = new ManualClock()
  turns = []
  told = []
  opener = new BridgeOpener({
    clock,
    line: () => {
      const [line] = lines
      if (line === undefined) throw new Error('there is no line')
      return line
    },
    turn: (how) => new Promise((answer) => turns.push({ how, answer })),
    tell: (news) => told.push(news),
    holdAgain: () => told.push('holdAgain'),
    onClosed: () => told.push('closed'),
    onStep: () => undefined,
  })
})

it('holds, ends the hold, and is closed', async () => {
  opener.on({ type: 'moved', heard: true })
  turns[0]?.answer('ok')
  await clock.advance(200)
  turns[1]?.answer('ok')
  await settle()
  expect(turns.map(({ how }) => how)).toEqual(['hold', 'unhold'])
  expect(told).toEqual(['closed'])
})

it('is not closed by another move, whose sound has its own time to come', async () => {
  opener.on({ type: 'moved', heard: true })
  turns[0]?.answer('ok')
  await settle()
  opener.on({ type: 'moved', heard: false })
  expect(told).toEqual([])
})

it('takes no answer of a move before for one of this', async () => {
  opener.on({ type: 'moved', heard: true })
  opener.on({ type: 'moved', heard: true })
  turns[0]?.answer('refused')
  await settle()
  expect(turns).toHaveLength(2)
  turns[1]?.answer('refused')
  await settle()
  expect(turns).toHaveLength(3)
})

it('asks for nothing and says nothing once the call is over', async () => {
  opener.on({ type: 'moved', heard: true })
  turns[0]?.answer('ok')
  await settle()
  opener.stop()
  await clock.advance(10_000)
  expect(turns).toHaveLength(1)
  opener.on({ type: 'moved', heard: true })
  opener.stop()
  turns[1]?.answer('refused')
  await settle()
  expect([turns.length, told]).toEqual([2, []])
})
