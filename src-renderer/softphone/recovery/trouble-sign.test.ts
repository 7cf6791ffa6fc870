import { beforeEach, expect, it } from 'vitest'
import { ManualClock } from '../../platform/manual-clock.ts'
import { TroubleSign } from './trouble-sign.ts'

let clock: ManualClock
let shown: (string | null)[]
let sign: TroubleSign

beforeEach(() => {
  clock = new ManualClock()
  shown = []
  sign = new TroubleSign({ clock, show: (trouble) => shown.push(trouble) })
})

it('says nothing of what is over in an instant', async () => {
  sign.set('signal')
  await clock.advance(300)
  sign.set(null)
  await clock.advance(5_000)
  expect(shown).toEqual([])
})

it('shows what lasts, and long enough to be read', async () => {
  sign.set('signal')
  await clock.advance(400)
  expect(shown).toEqual(['signal'])
  sign.set(null)
  await clock.advance(1_400)
  expect(shown).toEqual(['signal'])
  await clock.advance(100)
  expect(shown).toEqual(['signal', null])
})

it('does not blink when the trouble changes, or comes back', async () => {
  sign.set('signal')
  await clock.advance(500)
  sign.set('sound')
  sign.set(null)
  await clock.advance(200)
  sign.set('sound')
  await clock.advance(5_000)
  expect(shown).toEqual(['signal', 'sound'])
})
