import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { PbxState } from '../server/telephony/index.ts'
import { controlForTests, hears, musicHz, secondHz } from './support/control-stand.ts'
import { heardAgainMs, tone } from './support/link-lab/tones.ts'

/** The second net on a real Asterisk: what becomes of a caller whose operator's phone is gone. */

const stand = controlForTests('second-net')

describe('on a real Asterisk', { timeout: 90_000 }, () => {
  it('a caller whose operator’s phone vanished hears music within 3.5 s and is given back', async () => {
    const phone = await stand().phoneOf('1001')
    const { outside } = await stand().talking(phone)
    const callId = [...stand().telephony.state().calls.keys()][0] ?? ''
    const gone = Date.now()
    stand().vanish(phone)
    await stand().until((state) => state.calls.get(callId)?.awaits === '1001')
    const music = await vi.waitFor(async () => {
      const atMs = heardAgainMs(await outside.heard(), tone(musicHz), gone)
      if (atMs === null) throw new Error('no music is heard')
      return atMs
    }, 5_000)
    expect(music - gone).toBeGreaterThan(2_800)
    expect(music - gone).toBeLessThan(3_500)

    const back = await stand().phoneOf('1001')
    const resumed = await back.incoming()
    expect(resumed.header('X-CallSync-Resume')).toBe('1')
    expect(resumed.header('X-CallSync-Call')).toBe(callId)
    await resumed.answer()
    await stand().until((state) => state.calls.get(callId)?.state === 'talking')
    expect(stand().telephony.state().calls.get(callId)?.awaits).toBeNull()
    expect((await hears(outside)).some(({ sound }) => sound)).toBe(false)
  })

  it('a page that goes while it is given its call back finds it again', async () => {
    const phone = await stand().phoneOf('1001')
    await stand().talking(phone)
    stand().vanish(phone)
    await stand().until((state) => [...state.calls.values()].some(({ awaits }) => awaits === '1001'))
    const back = await stand().phoneOf('1001')
    const resumed = await back.incoming()
    resumed.reject('410 Gone')
    const again = await back.incoming()
    expect(again.header('X-CallSync-Resume')).toBe('1')
    await again.answer()
    await stand().until((state) => [...state.calls.values()].some(({ state: call }) => call === 'talking'))
  })

  it('a page that reloads keeps its call to itself', async () => {
    const phone = await stand().phoneOf('1001')
    const { call, outside } = await stand().talking(phone)
    const callId = [...stand().telephony.state().calls.keys()][0] ?? ''
    stand().vanish(phone)
    await delay(400)
    const reloaded = await stand().phoneOf('1001')
    expect(await reloaded.replace(call).answered).toBe(true)
    await delay(4_000)
    expect(stand().telephony.state().calls.get(callId)).toMatchObject({ state: 'talking', awaits: null })
    expect((await outside.heard()).some(({ sound, atMs }) => sound && atMs > Date.now() - 4_000)).toBe(false)
  })

  it('a caller whose operator stays away is first in line after 30 s', async () => {
    const phone = await stand().phoneOf('1001')
    const { outside } = await stand().talking(phone)
    const callId = [...stand().telephony.state().calls.keys()][0] ?? ''
    await stand().customer(secondHz, '+79160000002')
    const gone = Date.now()
    stand().vanish(phone)
    const line = (state: PbxState) => state.queues.get('701')?.waiting.map((caller) => caller.callId) ?? []
    await stand().until((state) => line(state).length === 1)
    await stand().until((state) => line(state)[0] === callId && line(state).length === 2)
    expect(Date.now() - gone).toBeGreaterThan(32_000)
    expect(Date.now() - gone).toBeLessThan(40_000)
    const colleague = await stand().phoneOf('1002')
    const call = await colleague.incoming()
    expect(call.header('X-CallSync-Call')).toBe(callId)
    expect(call.header('X-CallSync-Resume')).toBe('')
    await call.answer()
    await stand().until(
      (state) => state.calls.get(callId)?.legs.some(({ endpoint, state: up }) => endpoint === '1002' && up === 'up') === true,
    )
    outside.hangUp()
  })
})
