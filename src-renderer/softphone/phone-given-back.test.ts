import { beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import { heardFor } from './testing/calls-up.ts'
import { PhoneStand } from './testing/phone-stand.ts'

let stand: PhoneStand
beforeEach(() => {
  stand = new PhoneStand()
})

describe('a call that the PBX gives back', () => {
  const back = { callId: 'in-9', linkedId: '10.1', legId: '10.9', resumes: true }

  it('is answered by itself and goes on as the same line', async () => {
    await heardFor(stand)
    stand.link.emit({ type: 'ended', callId: 'in-1', reason: 'endedWhileAway' })
    stand.link.incoming(back)
    await settle()
    expect(stand.asked()).toEqual(['rename in-9 in-1', 'accept in-1'])
    expect(stand.line('in-1')).toMatchObject({ phase: 'active', legId: '10.9', endReason: null })
    expect(stand.state().lines).toHaveLength(1)
    await stand.clock.advance(10_000)
    expect(stand.line('in-1')?.phase).toBe('active')
  })

  it('is known after a transfer to us, by the call that it has become', async () => {
    await heardFor(stand)
    stand.phone.learn('in-1', { cardId: 'main:10.2', callId: '9.1', number: '+79160001000', name: '' })
    stand.link.emit({ type: 'ended', callId: 'in-1', reason: 'endedWhileAway' })
    stand.link.incoming({ ...back, linkedId: '9.1', number: '+79160001000' })
    await settle()
    expect(stand.line('in-1')).toMatchObject({ phase: 'active', callId: '9.1', number: '+79160001000' })
    expect(stand.state().lines).toHaveLength(1)
  })

  it('is known to the page that was opened after the one that was closed', async () => {
    stand.recent = [{ lineId: 'in-7', callId: '10.1', direction: 'inbound', startedAtMs: 1, answeredAtMs: 2 }]
    stand.phone.start()
    await settle()
    stand.link.incoming(back)
    await settle()
    expect(stand.line('in-7')).toMatchObject({ phase: 'active', number: '+79161234567', answeredAtMs: 2 })
  })

  it('rings like any other when nobody had it here', async () => {
    stand.phone.start()
    await settle()
    stand.link.incoming(back)
    await settle()
    expect(stand.line('in-9')?.phase).toBe('ringingIn')
  })

  it('rings like any other when the PBX does not say that it gives it back', async () => {
    stand.recent = [{ lineId: 'in-7', callId: '10.1', direction: 'inbound', startedAtMs: 1, answeredAtMs: 2 }]
    stand.phone.start()
    await settle()
    stand.link.incoming({ ...back, resumes: false })
    await settle()
    expect(stand.line('in-9')?.phase).toBe('ringingIn')
  })

  it('rings when the microphone was never allowed', async () => {
    stand.media.state = 'unknown'
    stand.recent = [{ lineId: 'in-7', callId: '10.1', direction: 'inbound', startedAtMs: 1, answeredAtMs: 2 }]
    stand.phone.start()
    await settle()
    stand.link.incoming(back)
    await settle()
    expect(stand.line('in-9')?.phase).toBe('ringingIn')
  })

  it('rings when another conversation is on', async () => {
    await heardFor(stand)
    stand.recent = [{ lineId: 'in-7', callId: '30.1', direction: 'inbound', startedAtMs: 1, answeredAtMs: 2 }]
    stand.link.incoming({ ...back, linkedId: '30.1' })
    expect(stand.line('in-9')?.phase).toBe('ringingIn')
  })
})
