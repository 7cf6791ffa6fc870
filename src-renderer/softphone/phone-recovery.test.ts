import { beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import { heardFor, savedCall } from './testing/calls-up.ts'
import { PhoneStand } from './testing/phone-stand.ts'

let stand: PhoneStand
beforeEach(() => {
  stand = new PhoneStand()
})

describe('a call whose sound stops', () => {
  it('is moved to a new connection over a new socket, and stays the same line', async () => {
    const sound = await heardFor(stand)
    sound.arrives = false
    await stand.clock.advance(1_200)
    expect(stand.asked()).toEqual(['connect', 'register', 'move in-1 in-1@pbx.0'])
    expect(stand.line('in-1')).toMatchObject({ phase: 'active', callId: '10.1', legId: null })
    expect(stand.memory?.calls[0]?.dialog.callId).toBe('in-1@pbx.1')
  })

  it('is tried again until it works, on a microphone of its own each time', async () => {
    const sound = await heardFor(stand)
    const outcomes = ['noPath', 'noPath', 'noAnswer', 'ok'] as const
    let tries = 0
    stand.link.onMove = () => {
      const outcome = outcomes[tries++] ?? 'ok'
      sound.arrives = outcome === 'ok'
      return outcome
    }
    sound.arrives = false
    await stand.clock.advance(1_000)
    expect(stand.line('in-1')?.trouble).toBeNull()
    await stand.clock.advance(500)
    expect(stand.line('in-1')?.trouble).toBe('sound')
    await stand.clock.advance(3_000)
    expect(tries).toBe(4)
    expect(stand.line('in-1')?.trouble).toBeNull()
    expect(stand.media.opened).toHaveLength(5)
  })

  it('is moved once more when the connection it moved to stays silent', async () => {
    const sound = await heardFor(stand)
    sound.arrives = false
    await stand.clock.advance(1_200)
    expect(stand.link.moves).toBe(1)
    await stand.clock.advance(2_500)
    expect(stand.link.moves).toBe(2)
    await stand.clock.advance(20_000)
    expect(stand.link.moves).toBe(2)
  })

  it('is over when the PBX says so', async () => {
    const sound = await heardFor(stand)
    stand.link.onMove = () => 'gone'
    sound.arrives = false
    await stand.clock.advance(1_500)
    expect(stand.line('in-1')).toMatchObject({ phase: 'ended', endReason: 'endedWhileAway' })
    expect(stand.memory?.calls).toEqual([])
  })

  it('takes the one on hold along, held', async () => {
    const sound = await heardFor(stand)
    stand.link.incoming({ callId: 'in-2', linkedId: '20.1' })
    await stand.phone.answer('in-2')
    await stand.clock.advance(4_000)
    stand.link.asked.length = 0
    sound.arrives = false
    await stand.clock.advance(2_000)
    expect(stand.asked().filter((what) => what.startsWith('move'))).toEqual(['move in-2 in-2@pbx.0', 'move in-1 in-1@pbx.1'])
    expect(stand.asked().at(-1)).toBe('hold in-1')
    expect(stand.line('in-1')?.phase).toBe('held')
  })

  it('asks for the hold of a held one until it is granted', async () => {
    stand.link.onHold = () => (stand.asked().length < 6 ? 'refused' : 'ok')
    stand.load({ calls: [savedCall({ held: true })], consultation: null })
    stand.phone.start()
    await stand.clock.advance(30_000)
    expect(stand.asked().slice(2)).toEqual(['move in-1 saved', 'hold in-1', 'hold in-1', 'hold in-1'])
  })

  it('asks no more for a hold that a person has ended', async () => {
    stand.link.onHold = () => 'refused'
    stand.load({ calls: [savedCall({ held: true })], consultation: null })
    stand.phone.start()
    await settle()
    await stand.phone.resume('in-1')
    await stand.clock.advance(30_000)
    expect(stand.asked().slice(2)).toEqual(['move in-1 saved', 'hold in-1', 'unhold in-1'])
  })

  it('is noticed sooner after the network has changed, and the socket is asked a moment later', async () => {
    const sound = await heardFor(stand)
    sound.arrives = false
    stand.changeNetwork()
    await stand.clock.advance(500)
    expect(stand.link.asked.filter((what) => what === 'probe')).toHaveLength(1)
    expect(stand.asked()).toContain('move in-1 in-1@pbx.0')
  })

  it('is left alone by a change of the network that it survives', async () => {
    await heardFor(stand)
    stand.changeNetwork()
    stand.online(true)
    await stand.clock.advance(5_000)
    expect(stand.asked()).toEqual(['connect', 'refresh in-1', 'register'])
  })
})

describe('waking', () => {
  it('is told twice and acted on once', async () => {
    await heardFor(stand)
    stand.resume()
    stand.phone.wake()
    await settle()
    expect(stand.asked()).toEqual(['connect', 'refresh in-1', 'register'])
  })

  it('moves a call whose connection died in its sleep at once', async () => {
    await heardFor(stand)
    stand.link.onHealth = () => ({ packetsReceived: 7, connection: 'failed' })
    stand.resume()
    await stand.clock.advance(100)
    expect(stand.asked()).toContain('move in-1 in-1@pbx.0')
  })
})

it('signing out wipes what a next page could take over', async () => {
  await heardFor(stand)
  expect(stand.memory?.calls).toHaveLength(1)
  await stand.phone.stop()
  expect(stand.memory?.calls).toEqual([])
})
