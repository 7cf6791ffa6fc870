import { beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import { defaultAudio } from './media/audio-settings.ts'
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

  it('does not leave the operator unheard when the headset is unplugged in a call', async () => {
    await stand.talking()
    media.opened[0]?.unplug()
    await settle()
    expect(link.asked.at(-1)).toBe('replaceMicrophone in-1')
    expect(media.opened.map((stream) => stream.stopped)).toEqual([true, false])
  })

  it('keeps the call when the only microphone is unplugged, and says that it is missing', async () => {
    await stand.talking()
    media.state = 'missing'
    media.opened[0]?.unplug()
    await settle()
    expect(stand.phaseOf('in-1')).toBe('active')
    expect(stand.state().microphone).toBe('missing')
    expect(link.asked).not.toContain('replaceMicrophone in-1')
  })

  describe('with a headset that drops out', () => {
    const headset = { id: 'h1', label: 'Jabra' }
    const laptop = { id: 'l1', label: 'Built-in' }
    const microphone = () => media.opened.at(-1)?.getTracks()[0]?.label
    const asked = () => link.asked.filter((what) => what.endsWith('in-1') && !what.startsWith('accept'))

    /** The loss of the track and the news of the device come in either order. */
    async function dropOut(system: string | null = null): Promise<void> {
      media.plug([laptop], system)
      media.opened.at(-1)?.unplug()
      await settle()
    }

    it('talks into another one meanwhile, says so, and takes it again when it is back', async () => {
      media.plug([laptop, headset])
      await phone.chooseDevices({ microphone: headset.id })
      await stand.talking()
      await settle()
      expect(stand.state().substitute).toBeNull()
      await dropOut()
      expect(microphone()).toBe('Built-in')
      expect(stand.state().substitute).toEqual({ missing: 'Jabra', used: 'Built-in' })
      media.plug([laptop, headset])
      await settle()
      expect(microphone()).toBe('Jabra')
      expect(stand.state().substitute).toBeNull()
      // Nothing of it goes to the PBX: no hold, no re-INVITE.
      expect(asked()).toEqual(['replaceMicrophone in-1', 'replaceMicrophone in-1'])
    })

    it('takes it again under another id, as it has on another port', async () => {
      media.plug([laptop, headset])
      await phone.chooseDevices({ microphone: headset.id })
      await stand.talking()
      await dropOut()
      media.plug([laptop, { ...headset, id: 'h2' }])
      await settle()
      expect(microphone()).toBe('Jabra')
      expect(stand.state().substitute).toBeNull()
    })

    it('goes back to the system’s own, where none was chosen', async () => {
      media.plug([laptop, headset], headset.id)
      await stand.talking()
      await settle()
      await dropOut(laptop.id)
      expect(stand.state().substitute).toEqual({ missing: 'Jabra', used: 'Built-in' })
      media.plug([laptop, headset], headset.id)
      await settle()
      expect(microphone()).toBe('Jabra')
      expect(stand.state().substitute).toBeNull()
    })

    it('tries again when it is back and does not open at once', async () => {
      media.plug([laptop, headset])
      await phone.chooseDevices({ microphone: headset.id })
      await stand.talking()
      await dropOut()
      media.broken = headset.id
      media.plug([laptop, headset])
      await settle()
      expect(stand.state().substitute).toEqual({ missing: 'Jabra', used: 'Built-in' })
      media.broken = null
      await clock.advance(1000)
      expect(microphone()).toBe('Jabra')
      expect(stand.state().substitute).toBeNull()
    })

    it('has a microphone again when the only one comes back', async () => {
      media.plug([headset])
      await stand.talking()
      media.state = 'missing'
      media.plug([])
      media.opened[0]?.unplug()
      await settle()
      expect(asked()).toEqual([])
      media.state = 'granted'
      media.plug([headset])
      await settle()
      expect(asked()).toEqual(['replaceMicrophone in-1'])
    })

    it('stays where it is when something else is plugged in', async () => {
      media.plug([laptop, headset])
      await phone.chooseDevices({ microphone: headset.id })
      await stand.talking()
      media.plug([laptop, headset, { id: 'c1', label: 'Camera' }], 'c1')
      await clock.advance(5000)
      expect(asked()).toEqual([])
    })
  })

  it('changes the microphone of the calls that are up', async () => {
    await stand.talking()
    media.lists = { microphones: [{ id: 'm2', label: 'Headset' }], speakers: [] }
    await phone.chooseDevices({ microphone: 'm2' })
    expect(link.asked).toContain('replaceMicrophone in-1')
    expect(stand.stored?.microphone).toEqual({ id: 'm2', label: 'Headset' })
    link.asked.length = 0
    await phone.chooseDevices({ speaker: null })
    expect(link.asked).toEqual([])
  })

  it('takes what another window chose at once, in a call too, and does not store it again', async () => {
    await stand.talking()
    link.asked.length = 0
    stand.storedElsewhere({ ...defaultAudio, ringerVolume: 0.1 })
    await settle()
    expect(link.asked).toEqual([])
    const chosen = { ...defaultAudio, microphone: { id: 'm2', label: 'Headset' } }
    stand.storedElsewhere(chosen)
    await settle()
    expect(link.asked).toContain('replaceMicrophone in-1')
    expect(stand.state().audio).toEqual(chosen)
    expect(media.choice).toEqual(chosen)
    expect(stand.stored).toBeNull()
    await phone.stop()
    stand.storedElsewhere(defaultAudio)
    expect(stand.state().audio).toEqual(chosen)
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
