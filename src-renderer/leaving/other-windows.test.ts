import { expect, it } from 'vitest'
import { ManualClock } from '../platform/manual-clock.ts'
import { type AtStake, answerWindows, askWindows, type WindowsPort, withStored } from './other-windows.ts'

/** Windows that hear all but themselves, as over a BroadcastChannel. */
function building() {
  const windows: Set<(said: unknown) => void>[] = []
  return (): WindowsPort => {
    const own = new Set<(said: unknown) => void>()
    windows.push(own)
    return {
      post: (said) => {
        for (const each of windows) if (each !== own) for (const listener of each) listener(said)
      },
      onSaid: (listener) => {
        own.add(listener)
        return () => own.delete(listener)
      },
    }
  }
}
const nothing: AtStake = { reasons: [], unsent: 0 }

it('a call in another window is a reason to stay in this one', async () => {
  const open = building()
  const clock = new ManualClock()
  answerWindows(open(), () => ({ reasons: ['call'], unsent: 0 }))
  answerWindows(open(), () => ({ reasons: ['unsent'], unsent: 2 }))
  const asked = askWindows({ reasons: ['unsent'], unsent: 1 }, { port: open(), clock, id: 'a' })
  await clock.advance(150)
  expect(await asked).toEqual({ reasons: ['call', 'unsent'], unsent: 2 })
})

it('without other windows, only the own counts, and one that left is not asked', async () => {
  const open = building()
  const clock = new ManualClock()
  answerWindows(open(), () => ({ reasons: ['call'], unsent: 0 }))()
  const asked = askWindows(nothing, { port: open(), clock, id: 'a' })
  await clock.advance(150)
  expect(await asked).toEqual(nothing)
})

it('what lies on the disk is a reason of its own', () => {
  const call: AtStake = { reasons: ['call'], unsent: 0 }
  expect(withStored(call, 2)).toEqual({ reasons: ['call', 'unsent'], unsent: 2 })
  expect(withStored(call, 0)).toEqual(call)
  expect(withStored({ reasons: ['unsent'], unsent: 3 }, 2)).toEqual({ reasons: ['unsent'], unsent: 3 })
})

it('answers to another question, late ones and gossip count for nothing', async () => {
  const open = building()
  const clock = new ManualClock()
  const other = open()
  const asked = askWindows(nothing, { port: open(), clock, id: 'a' })
  other.post({ kind: 'answer', id: 'b', reasons: ['call'], unsent: 9 })
  answerWindows(other, () => ({ reasons: ['call'], unsent: 0 }))
  await clock.advance(150)
  other.post({ kind: 'answer', id: 'a', reasons: ['call'], unsent: 9 })
  expect(await asked).toEqual(nothing)
})
