import { beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import { listen, savedCall } from './testing/calls-up.ts'
import { PhoneStand } from './testing/phone-stand.ts'

let stand: PhoneStand
beforeEach(() => {
  stand = new PhoneStand()
})

it('holds a dialled call for a moment once it hears after its move: Asterisk may pass nothing on to the one who was called', async () => {
  stand.link.onUnhold = () => (stand.asked().filter((what) => what === 'unhold out-1').length < 2 ? 'refused' : 'ok')
  stand.load({ calls: [savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })], consultation: null })
  stand.phone.start()
  await settle()
  expect(stand.asked().slice(2)).toEqual(['move out-1 saved'])
  listen(stand)
  await stand.clock.advance(200)
  expect(stand.asked().slice(3)).toEqual(['hold out-1'])
  await stand.clock.advance(300)
  expect(stand.asked().slice(3)).toEqual(['hold out-1', 'unhold out-1', 'unhold out-1'])
  expect(stand.line('out-1')?.phase).toBe('active')
})

it('is asked for again on the connection a call moves to next, once that is heard: a hold before its packets leaves silence', async () => {
  const holds = () => stand.asked().filter((what) => what === 'hold out-1').length
  stand.link.onHold = () => 'refused'
  stand.load({ calls: [savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })], consultation: null })
  stand.phone.start()
  await settle()
  const sound = listen(stand)
  await stand.clock.advance(300)
  expect([stand.link.moves, holds()]).toEqual([1, 3])
  stand.link.onHold = () => 'ok'
  sound.arrives = false
  await stand.clock.advance(1_500)
  expect([stand.link.moves, holds()]).toEqual([2, 3])
  sound.arrives = true
  await stand.clock.advance(100)
  expect([stand.link.moves, holds()]).toEqual([2, 4])
})

describe('in a dialled call whose hold the PBX does not end', () => {
  const dialledAnew = async () => {
    stand.load({ calls: [savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })], consultation: null })
    stand.phone.start()
    listen(stand)
    await stand.clock.advance(1_500)
  }

  it('says that it is held, and asks again until it is not', async () => {
    stand.link.onUnhold = () => 'refused'
    await dialledAnew()
    expect(stand.line('out-1')).toMatchObject({ phase: 'held', turning: null, trouble: 'ownHold' })
    expect([stand.state().activeId, stand.link.live.get('out-1')]).toEqual([null, false])
    // The next page would ask on.
    expect(stand.memory?.calls[0]?.held).toBe(false)
    stand.link.onUnhold = () => 'ok'
    await stand.clock.advance(5_000)
    expect(stand.line('out-1')).toMatchObject({ phase: 'active', trouble: null })
    expect([stand.state().activeId, stand.link.live.get('out-1')]).toEqual(['out-1', true])
    const asks = stand.asked().length
    await stand.clock.advance(20_000)
    expect(stand.asked()).toHaveLength(asks)
  })

  it('says it while the answer is still out, and lets the person ask for it', async () => {
    let answer: (outcome: 'ok') => void = () => undefined
    stand.link.onUnhold = () => new Promise((resolve) => (answer = resolve))
    await dialledAnew()
    expect(stand.line('out-1')).toMatchObject({ phase: 'held', trouble: 'ownHold' })
    const resumed = stand.phone.resume('out-1')
    answer('ok')
    await resumed
    expect(stand.line('out-1')).toMatchObject({ phase: 'active', turning: null })
  })

  it('leaves the end of a hold to the person who asked for it meanwhile', async () => {
    let grant: () => void = () => undefined
    stand.load({ calls: [savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })], consultation: null })
    stand.phone.start()
    await settle()
    listen(stand)
    await stand.clock.advance(200)
    expect(stand.asked().at(-1)).toBe('hold out-1')
    stand.link.onHold = () => new Promise((resolve) => (grant = () => resolve('ok')))
    const held = stand.phone.hold('out-1')
    await stand.clock.advance(1_000)
    grant()
    await held
    await stand.clock.advance(10_000)
    expect(stand.line('out-1')?.phase).toBe('held')
    expect(stand.asked()).not.toContain('unhold out-1')
  })

  it('does not ask once more behind a hold that a person asked for while the first answer was out', async () => {
    let refuse: () => void = () => undefined
    let grant: () => void = () => undefined
    stand.link.onUnhold = () => new Promise((resolve) => (refuse = () => resolve('refused')))
    stand.link.onHold = () => 'ok'
    stand.load({ calls: [savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })], consultation: null })
    stand.phone.start()
    await settle()
    listen(stand)
    await stand.clock.advance(450)
    expect(stand.asked().at(-1)).toBe('unhold out-1')
    stand.link.onHold = () => new Promise((resolve) => (grant = () => resolve('ok')))
    const held = stand.phone.hold('out-1')
    refuse()
    await stand.clock.advance(1_000)
    expect(stand.asked().at(-1)).toBe('hold out-1')
    grant()
    await held
    await stand.clock.advance(10_000)
    expect(stand.line('out-1')).toMatchObject({ phase: 'held', turning: null, trouble: null })
    expect(stand.asked().filter((what) => what === 'unhold out-1')).toHaveLength(1)
  })

  it('is held anew, until that is granted, when the answer comes after another talk was given back', async () => {
    let free: () => void = () => undefined
    stand.recent = [{ lineId: 'in-7', callId: '30.1', direction: 'inbound', startedAtMs: 1, answeredAtMs: 2 }]
    stand.link.onUnhold = () => new Promise((resolve) => (free = () => resolve('ok')))
    await dialledAnew()
    stand.link.incoming({ callId: 'in-9', linkedId: '30.1', legId: '30.9', resumes: true })
    await settle()
    expect([stand.line('out-1')?.phase, stand.line('in-7')?.phase]).toEqual(['held', 'active'])
    const before = stand.asked().length
    stand.link.onHold = () => (stand.asked().length < before + 2 ? 'refused' : 'ok')
    free()
    await stand.clock.advance(10_000)
    expect(stand.asked().slice(before)).toEqual(['hold out-1', 'hold out-1'])
    expect(stand.line('out-1')).toMatchObject({ phase: 'held', turning: null })
    expect(stand.line('in-7')?.phase).toBe('active')
  })

  it('is resumed by hand', async () => {
    stand.link.onUnhold = () => 'refused'
    await dialledAnew()
    stand.link.onUnhold = () => 'ok'
    await stand.phone.resume('out-1')
    await stand.clock.advance(2_000)
    expect(stand.line('out-1')).toMatchObject({ phase: 'active', trouble: null })
  })

  it('asks again as soon as there is another socket', async () => {
    stand.link.onUnhold = () => 'refused'
    await dialledAnew()
    stand.link.onUnhold = () => 'ok'
    stand.link.emit({ type: 'socketClosed' })
    await stand.clock.advance(1_000)
    expect(stand.line('out-1')?.phase).toBe('active')
  })

  it('stays on hold while another is talked on', async () => {
    stand.link.onUnhold = () => 'refused'
    await dialledAnew()
    stand.link.onUnhold = () => 'ok'
    stand.link.incoming({ callId: 'in-2', linkedId: '20.1' })
    await stand.phone.answer('in-2')
    await stand.clock.advance(10_000)
    expect([stand.line('out-1')?.phase, stand.line('in-2')?.phase]).toEqual(['held', 'active'])
    expect(stand.line('out-1')?.trouble).toBeNull()
  })
})
