import { beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import { PhoneStand } from './testing/phone-stand.ts'

/** What a person does with calls. */

let stand: PhoneStand
let link: PhoneStand['link']
let media: PhoneStand['media']
let clock: PhoneStand['clock']
let phone: PhoneStand['phone']

beforeEach(() => {
  stand = new PhoneStand()
  ;({ link, media, clock, phone } = stand)
})

describe('an incoming call', () => {
  it('rings until it is answered', async () => {
    await stand.started()
    link.incoming({ callId: 'in-1' })
    expect(media.tone).toBe('ring')
    const answered = phone.answer('in-1')
    expect(media.tone).toBeNull()
    await answered
    expect(media.tone).toBeNull()
    expect(link.live.get('in-1')).toBe(true)
  })

  it('stops ringing when the caller gives up', async () => {
    await stand.started()
    link.incoming({ callId: 'in-1' })
    link.emit({ type: 'ended', callId: 'in-1', reason: 'missed' })
    expect(media.tone).toBeNull()
    expect(stand.state().lines[0]?.endReason).toBe('missed')
    await clock.advance(4000)
    expect(stand.state().lines).toEqual([])
  })

  it('rings on when the microphone is not allowed, and says so', async () => {
    await stand.started()
    media.state = 'denied'
    link.incoming({ callId: 'in-1' })
    await expect(phone.answer('in-1')).rejects.toMatchObject({ code: 'microphoneDenied' })
    expect(stand.phaseOf('in-1')).toBe('ringingIn')
    expect(media.tone).toBe('ring')
    expect(stand.state().microphone).toBe('denied')
    media.state = 'granted'
    await phone.answer('in-1')
    expect(stand.phaseOf('in-1')).toBe('active')
  })

  it('lets the microphone go when the caller gave up while it opened', async () => {
    await stand.started()
    link.incoming({ callId: 'in-1' })
    const answer = phone.answer('in-1')
    link.emit({ type: 'ended', callId: 'in-1', reason: 'missed' })
    await expect(answer).rejects.toMatchObject({ code: 'wrongPhase' })
    expect(media.opened.map((stream) => stream.stopped)).toEqual([true])
    expect(link.asked).not.toContain('accept in-1')
  })

  it('ends with a reason when its media cannot be set up', async () => {
    await stand.started()
    link.incoming({ callId: 'in-1' })
    link.onOpen = () => Promise.reject(new Error('no media'))
    await expect(phone.answer('in-1')).rejects.toMatchObject({ code: 'wrongPhase' })
    expect(stand.state().lines[0]).toMatchObject({ phase: 'ended', endReason: 'mediaFailed' })
    expect(link.asked.at(-1)).toBe('hangUp in-1')
    expect(media.opened.every((stream) => stream.stopped)).toBe(true)
  })

  it('is rejected with 603', async () => {
    await stand.started()
    link.incoming({ callId: 'in-1' })
    await phone.reject('in-1')
    expect(link.asked).toContain('reject in-1 603')
    expect(media.tone).toBeNull()
  })
})

describe('a call the person asked the server for', () => {
  it('is answered by itself', async () => {
    await stand.started()
    media.state = 'granted'
    link.incoming({ callId: 'in-1', wanted: true })
    expect(media.tone).toBeNull()
    await settle()
    expect(stand.phaseOf('in-1')).toBe('active')
  })

  it('rings like any other beside a call, which it neither holds nor ends', async () => {
    await stand.talking()
    link.incoming({ callId: 'in-2', wanted: true })
    await settle()
    expect(stand.phaseOf('in-1')).toBe('active')
    expect(stand.phaseOf('in-2')).toBe('ringingIn')
  })
})

describe('a CANCEL lost with its socket', () => {
  async function ringingOnANewSocket(): Promise<void> {
    await stand.started()
    await clock.advance(6000)
    link.incoming({ callId: 'in-1' })
    link.emit({ type: 'socketClosed' })
    await settle()
    expect(stand.state()).toMatchObject({ link: 'registered', lines: [{ phase: 'ringingIn', unsure: true }] })
  }

  it('does not leave the phone ringing once somebody knows that the call is over', async () => {
    await ringingOnANewSocket()
    expect(media.tone).toBe('ring')
    phone.stopRinging('in-1')
    expect(media.tone).toBeNull()
    expect(stand.state().lines[0]).toMatchObject({ phase: 'ended', endReason: 'missed' })
    expect(link.asked).toContain('hangUp in-1')
  })

  it('does not leave the phone ringing for ever when nobody knows', async () => {
    await ringingOnANewSocket()
    await clock.advance(29_000)
    expect(stand.phaseOf('in-1')).toBe('ringingIn')
    await clock.advance(1000)
    expect(stand.phaseOf('in-1')).toBe('ended')
  })

  it('does not silence a call that rings on its own socket', async () => {
    await stand.started()
    link.incoming({ callId: 'in-1' })
    phone.stopRinging('in-1')
    expect(stand.phaseOf('in-1')).toBe('ringingIn')
    expect(media.tone).toBe('ring')
  })

  it('does not end the call that was answered after all', async () => {
    await ringingOnANewSocket()
    await phone.answer('in-1')
    phone.stopRinging('in-1')
    await clock.advance(60_000)
    expect(stand.phaseOf('in-1')).toBe('active')
  })
})

describe('two calls', () => {
  it('are silent for whoever wants no waiting tone, and the ringer still rings', async () => {
    phone.setAudio({ waitingTone: false })
    await stand.talking()
    link.incoming({ callId: 'in-2' })
    expect(stand.phaseOf('in-2')).toBe('ringingIn')
    expect(media.tone).toBeNull()
    await phone.hangUp('in-1')
    expect(media.tone).toBe('ring')
  })

  it('announces the second softly and answers it once the first is held', async () => {
    await stand.talking()
    link.incoming({ callId: 'in-2' })
    expect(media.tone).toBe('waiting')
    let held = (_outcome: 'ok'): void => undefined
    link.onHold = () =>
      new Promise((resolve) => {
        held = resolve
      })
    const answer = phone.answer('in-2')
    await settle()
    expect(link.asked).not.toContain('accept in-2')
    expect(link.live.get('in-1')).toBe(false)
    held('ok')
    await answer
    expect([stand.phaseOf('in-1'), stand.phaseOf('in-2')]).toEqual(['held', 'active'])
    expect([link.live.get('in-1'), link.live.get('in-2')]).toEqual([false, true])
  })

  it('are not lost by a second press of «answer» while the first call is being put on hold', async () => {
    await stand.talking()
    link.incoming({ callId: 'in-2' })
    let held = (_outcome: 'ok'): void => undefined
    link.onHold = () =>
      new Promise((resolve) => {
        held = resolve
      })
    const answer = phone.answer('in-2')
    await settle()
    const again = phone.answer('in-2')
    await settle()
    held('ok')
    await Promise.all([answer, again])
    expect(stand.phaseOf('in-2')).toBe('active')
    expect(media.opened).toHaveLength(2)
    expect(media.opened.some((stream) => stream.stopped)).toBe(false)
  })

  it('leaves everything as it was when the hold is refused', async () => {
    await stand.talking()
    link.incoming({ callId: 'in-2' })
    link.onHold = () => 'refused'
    await expect(phone.answer('in-2')).rejects.toMatchObject({ code: 'refused' })
    expect([stand.phaseOf('in-1'), stand.phaseOf('in-2')]).toEqual(['active', 'ringingIn'])
    expect(link.live.get('in-1')).toBe(true)
    expect(media.opened.map((stream) => stream.stopped)).toEqual([false, true])
  })
})

describe('actions', () => {
  it('dials, with the tone of ringing until it is answered', async () => {
    await stand.started()
    link.onOpen = () => undefined
    await phone.dial('600')
    expect(link.asked).toContain('invite 600')
    link.emit({ type: 'ringing', callId: 'out-1' })
    expect(media.tone).toBe('ringback')
    link.emit({ type: 'established', callId: 'out-1' })
    expect(media.tone).toBeNull()
    expect(stand.phaseOf('out-1')).toBe('active')
  })

  it('does not dial without a connection', async () => {
    await expect(phone.dial('600')).rejects.toMatchObject({ code: 'notConnected' })
    expect(media.opened).toEqual([])
  })

  it('refuses a second dial while the first comes up, and closes the microphone it opened for it', async () => {
    await stand.started()
    link.onOpen = () => undefined
    await phone.dial('600')
    await expect(phone.dial('601')).rejects.toMatchObject({ code: 'wrongPhase' })
    expect(media.opened.map((stream) => stream.stopped)).toEqual([false, true])
  })

  it('sends tones in the chosen way, and only on an active line', async () => {
    await stand.talking()
    await phone.sendDtmf('in-1', '5')
    phone.setAudio({ dtmf: 'info' })
    await phone.sendDtmf('in-1', '#')
    expect(link.asked.slice(-2)).toEqual(['dtmf in-1 5 rfc4733', 'dtmf in-1 # info'])
    expect(stand.stored?.dtmf).toBe('info')
    await expect(phone.sendDtmf('in-1', 'x')).rejects.toMatchObject({ code: 'wrongPhase' })
    await phone.hold('in-1')
    await expect(phone.sendDtmf('in-1', '5')).rejects.toMatchObject({ code: 'wrongPhase' })
  })

  it('hangs up after a transfer that was taken, and keeps the call after one that was not', async () => {
    await stand.talking()
    link.onRefer = () => false
    await expect(phone.blindTransfer('in-1', '1002')).rejects.toMatchObject({ code: 'refused' })
    expect(stand.phaseOf('in-1')).toBe('active')
    link.onRefer = () => true
    await phone.blindTransfer('in-1', '1002')
    expect(stand.phaseOf('in-1')).toBe('ended')
  })

  it('mutes and unmutes', async () => {
    await stand.talking()
    phone.setMuted('in-1', true)
    expect(link.live.get('in-1')).toBe(false)
    phone.setMuted('in-1', false)
    expect(link.live.get('in-1')).toBe(true)
  })
})

describe('an attended transfer', () => {
  async function consulting(): Promise<void> {
    await stand.talking()
    await phone.consult('in-1', '1002')
    await settle()
    expect(stand.state().lines.map(({ phase }) => phase)).toEqual(['held', 'active'])
  }

  it('asks the PBX to join the caller and the target, and both lines go', async () => {
    await consulting()
    link.asked.length = 0
    await phone.completeTransfer('in-1')
    expect(link.asked).toEqual(['referReplaces in-1 out-1', 'hangUp in-1', 'hangUp out-1'])
    expect(stand.state().lines.map(({ endReason }) => endReason)).toEqual(['transferred', 'transferred'])
    expect(stand.state().consultation).toBeNull()
  })

  it('goes on with the target when the PBX refuses', async () => {
    await consulting()
    link.onRefer = () => Promise.reject(new Error('refused'))
    await expect(phone.completeTransfer('in-1')).rejects.toMatchObject({ code: 'refused' })
    expect(stand.state()).toMatchObject({ activeId: 'out-1', consultation: { step: 'asking' } })
  })

  it('keeps the extension of the target for when it answers', async () => {
    await stand.talking()
    await phone.consult('in-1', '+74950000000', '12')
    await settle()
    expect(stand.state().lines.map(({ extension }) => extension)).toEqual([null, '12'])
  })

  it('gives the caller back when the target declines', async () => {
    await stand.talking()
    link.onOpen = () => undefined
    await phone.consult('in-1', '1002')
    await settle()
    link.emit({ type: 'ended', callId: 'out-1', reason: 'rejected' })
    await settle()
    expect(stand.state()).toMatchObject({ activeId: 'in-1', consultation: null })
  })
})

describe('an extension behind the number', () => {
  it('is sent as tones when asked for, once', async () => {
    await stand.started()
    await phone.dial('+74950000000', '12')
    await settle()
    link.asked.length = 0
    await phone.sendExtension('out-1')
    await phone.sendExtension('out-1')
    expect(link.asked).toEqual(['dtmf out-1 1 rfc4733', 'dtmf out-1 2 rfc4733'])
  })
})
