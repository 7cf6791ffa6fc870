import { beforeEach, describe, expect, it } from 'vitest'
import { ManualClock, settle } from '../platform/manual-clock.ts'
import type { ExtensionLock } from './extension-lock.ts'
import { defaultAudio } from './media/audio-settings.ts'
import type { AudioSettings } from './phone.ts'
import { PhoneController } from './phone-controller.ts'
import { FakeSipLink } from './sip/fake-sip-link.ts'
import { FakeMedia } from './testing/fake-media.ts'

class FakeLock implements ExtensionLock {
  held = true
  stolen = false
  #listener: (held: boolean) => void = () => undefined

  subscribe(listener: (held: boolean) => void): () => void {
    this.#listener = listener
    return () => undefined
  }

  start(): void {
    this.#listener(this.held)
  }

  give(held: boolean): void {
    this.#listener(held)
  }

  steal(): void {
    this.stolen = true
    this.#listener(true)
  }

  stop(): void {}
}

let link: FakeSipLink
let media: FakeMedia
let lock: FakeLock
let clock: ManualClock
let stored: AudioSettings | null
let storedElsewhere: (settings: AudioSettings) => void
let online: (online: boolean) => void
let resume: () => void
let phone: PhoneController
let dialled: number

beforeEach(() => {
  link = new FakeSipLink()
  media = new FakeMedia()
  lock = new FakeLock()
  clock = new ManualClock()
  stored = null
  dialled = 0
  phone = new PhoneController({
    link,
    media,
    lock,
    clock,
    chance: () => 0.5,
    audio: defaultAudio,
    storeAudio: (settings) => {
      stored = settings
    },
    onAudioStored: (listener) => {
      storedElsewhere = listener
      return () => {
        storedElsewhere = () => undefined
      }
    },
    hints: {
      isOnline: () => true,
      onOnline: (listener) => {
        online = listener
        return () => undefined
      },
      onResume: (listener) => {
        resume = listener
        return () => undefined
      },
      onNetworkChange: () => () => undefined,
    },
    memory: { save: () => undefined, recent: () => [] },
    saved: null,
    findDialogs: async () => [],
    newLineId: () => {
      dialled += 1
      return `out-${dialled}`
    },
  })
})

const state = () => phone.store.getState()
const phaseOf = (id: string) => state().lines.find((line) => line.id === id)?.phase

async function started(): Promise<void> {
  phone.start()
  await settle()
  expect(state().link).toBe('registered')
}

async function talking(id = 'in-1'): Promise<void> {
  await started()
  link.incoming({ callId: id })
  await phone.answer(id)
  expect(phaseOf(id)).toBe('active')
}

describe('an attended transfer', () => {
  async function consulting(): Promise<void> {
    await talking()
    await phone.consult('in-1', '1002')
    await settle()
    expect(state().lines.map(({ phase }) => phase)).toEqual(['held', 'active'])
  }

  it('asks the PBX to join the caller and the target, and both lines go', async () => {
    await consulting()
    link.asked.length = 0
    await phone.completeTransfer('in-1')
    expect(link.asked).toEqual(['referReplaces in-1 out-1', 'hangUp in-1', 'hangUp out-1'])
    expect(state().lines.map(({ endReason }) => endReason)).toEqual(['transferred', 'transferred'])
    expect(state().consultation).toBeNull()
  })

  it('goes on with the target when the PBX refuses', async () => {
    await consulting()
    link.onRefer = () => Promise.reject(new Error('refused'))
    await expect(phone.completeTransfer('in-1')).rejects.toMatchObject({ code: 'refused' })
    expect(state()).toMatchObject({ activeId: 'out-1', consultation: { step: 'asking' } })
  })

  it('keeps the extension of the target for when it answers', async () => {
    await talking()
    await phone.consult('in-1', '+74950000000', '12')
    await settle()
    expect(state().lines.map(({ extension }) => extension)).toEqual([null, '12'])
  })

  it('gives the caller back when the target declines', async () => {
    await talking()
    link.onOpen = () => undefined
    await phone.consult('in-1', '1002')
    await settle()
    link.emit({ type: 'ended', callId: 'out-1', reason: 'rejected' })
    await settle()
    expect(state()).toMatchObject({ activeId: 'in-1', consultation: null })
  })
})

describe('an extension behind the number', () => {
  it('is sent as tones when asked for, once', async () => {
    await started()
    await phone.dial('+74950000000', '12')
    await settle()
    link.asked.length = 0
    await phone.sendExtension('out-1')
    await phone.sendExtension('out-1')
    expect(link.asked).toEqual(['dtmf out-1 1 rfc4733', 'dtmf out-1 2 rfc4733'])
  })
})

describe('the link', () => {
  it('connects and registers by itself', async () => {
    await started()
    expect(link.asked).toEqual(['connect', 'register'])
  })

  it('comes back on a new socket with a REGISTER and a re-INVITE for each call', async () => {
    await talking()
    await clock.advance(6000)
    link.asked.length = 0
    link.emit({ type: 'socketClosed' })
    expect(phaseOf('in-1')).toBe('active')
    await settle()
    expect(link.asked).toEqual(['connect', 'refresh in-1', 'register'])
    expect(state().link).toBe('registered')
  })

  it('replaces a socket that answers no probe', async () => {
    await started()
    link.onProbe = () => false
    link.asked.length = 0
    await clock.advance(3000)
    expect(link.asked).toContain('probe')
    expect(link.asked).toContain('connect')
  })

  it('leaves a socket alone that answers', async () => {
    await started()
    await clock.advance(10_000)
    expect(link.asked.filter((what) => what === 'probe')).toHaveLength(3)
    expect(link.asked.filter((what) => what === 'connect')).toHaveLength(1)
  })

  it('does not let the answer of an old attempt count', async () => {
    let open = (): void => undefined
    link.onConnect = () =>
      new Promise<void>((resolve) => {
        open = resolve
      })
    phone.start()
    const first = open
    resume()
    first()
    await settle()
    expect(state().link).toBe('connecting')
    open()
    await settle()
    expect(state().link).toBe('registered')
  })

  it('says when it was refused, and tries again when asked', async () => {
    link.onRegister = () => ({ ok: false, status: 403, retryAfterMs: null })
    phone.start()
    await settle()
    expect(state().link).toBe('authFailed')
    link.onRegister = () => ({ ok: true })
    phone.reconnect()
    await settle()
    expect(state().link).toBe('registered')
  })

  it('backs off while nothing answers, and not at all while offline', async () => {
    link.onConnect = () => Promise.reject(new Error('refused'))
    phone.start()
    await settle()
    expect(state()).toMatchObject({ link: 'backingOff', retryAtMs: clock.nowMs() + 300 })
    online(false)
    link.asked.length = 0
    await clock.advance(60_000)
    expect(link.asked).toEqual([])
    link.onConnect = () => undefined
    online(true)
    await settle()
    expect(state().link).toBe('registered')
  })
})

describe('an incoming call', () => {
  it('rings until it is answered', async () => {
    await started()
    link.incoming({ callId: 'in-1' })
    expect(media.tone).toBe('ring')
    const answered = phone.answer('in-1')
    expect(media.tone).toBeNull()
    await answered
    expect(media.tone).toBeNull()
    expect(link.live.get('in-1')).toBe(true)
  })

  it('stops ringing when the caller gives up', async () => {
    await started()
    link.incoming({ callId: 'in-1' })
    link.emit({ type: 'ended', callId: 'in-1', reason: 'missed' })
    expect(media.tone).toBeNull()
    expect(state().lines[0]?.endReason).toBe('missed')
    await clock.advance(4000)
    expect(state().lines).toEqual([])
  })

  it('rings on when the microphone is not allowed, and says so', async () => {
    await started()
    media.state = 'denied'
    link.incoming({ callId: 'in-1' })
    await expect(phone.answer('in-1')).rejects.toMatchObject({ code: 'microphoneDenied' })
    expect(phaseOf('in-1')).toBe('ringingIn')
    expect(media.tone).toBe('ring')
    expect(state().microphone).toBe('denied')
    media.state = 'granted'
    await phone.answer('in-1')
    expect(phaseOf('in-1')).toBe('active')
  })

  it('lets the microphone go when the caller gave up while it opened', async () => {
    await started()
    link.incoming({ callId: 'in-1' })
    const answer = phone.answer('in-1')
    link.emit({ type: 'ended', callId: 'in-1', reason: 'missed' })
    await expect(answer).rejects.toMatchObject({ code: 'wrongPhase' })
    expect(media.opened.map((stream) => stream.stopped)).toEqual([true])
    expect(link.asked).not.toContain('accept in-1')
  })

  it('ends with a reason when its media cannot be set up', async () => {
    await started()
    link.incoming({ callId: 'in-1' })
    link.onOpen = () => Promise.reject(new Error('no media'))
    await expect(phone.answer('in-1')).rejects.toMatchObject({ code: 'wrongPhase' })
    expect(state().lines[0]).toMatchObject({ phase: 'ended', endReason: 'mediaFailed' })
    expect(link.asked.at(-1)).toBe('hangUp in-1')
    expect(media.opened.every((stream) => stream.stopped)).toBe(true)
  })

  it('is rejected with 603', async () => {
    await started()
    link.incoming({ callId: 'in-1' })
    await phone.reject('in-1')
    expect(link.asked).toContain('reject in-1 603')
    expect(media.tone).toBeNull()
  })
})

describe('a CANCEL lost with its socket', () => {
  async function ringingOnANewSocket(): Promise<void> {
    await started()
    await clock.advance(6000)
    link.incoming({ callId: 'in-1' })
    link.emit({ type: 'socketClosed' })
    await settle()
    expect(state()).toMatchObject({ link: 'registered', lines: [{ phase: 'ringingIn', unsure: true }] })
  }

  it('does not leave the phone ringing once somebody knows that the call is over', async () => {
    await ringingOnANewSocket()
    expect(media.tone).toBe('ring')
    phone.stopRinging('in-1')
    expect(media.tone).toBeNull()
    expect(state().lines[0]).toMatchObject({ phase: 'ended', endReason: 'missed' })
    expect(link.asked).toContain('hangUp in-1')
  })

  it('does not leave the phone ringing for ever when nobody knows', async () => {
    await ringingOnANewSocket()
    await clock.advance(29_000)
    expect(phaseOf('in-1')).toBe('ringingIn')
    await clock.advance(1000)
    expect(phaseOf('in-1')).toBe('ended')
  })

  it('does not silence a call that rings on its own socket', async () => {
    await started()
    link.incoming({ callId: 'in-1' })
    phone.stopRinging('in-1')
    expect(phaseOf('in-1')).toBe('ringingIn')
    expect(media.tone).toBe('ring')
  })

  it('does not end the call that was answered after all', async () => {
    await ringingOnANewSocket()
    await phone.answer('in-1')
    phone.stopRinging('in-1')
    await clock.advance(60_000)
    expect(phaseOf('in-1')).toBe('active')
  })
})

describe('two calls', () => {
  it('announces the second softly and answers it once the first is held', async () => {
    await talking()
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
    expect([phaseOf('in-1'), phaseOf('in-2')]).toEqual(['held', 'active'])
    expect([link.live.get('in-1'), link.live.get('in-2')]).toEqual([false, true])
  })

  it('are not lost by a second press of «answer» while the first call is being put on hold', async () => {
    await talking()
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
    expect(phaseOf('in-2')).toBe('active')
    expect(media.opened).toHaveLength(2)
    expect(media.opened.some((stream) => stream.stopped)).toBe(false)
  })

  it('leaves everything as it was when the hold is refused', async () => {
    await talking()
    link.incoming({ callId: 'in-2' })
    link.onHold = () => 'refused'
    await expect(phone.answer('in-2')).rejects.toMatchObject({ code: 'refused' })
    expect([phaseOf('in-1'), phaseOf('in-2')]).toEqual(['active', 'ringingIn'])
    expect(link.live.get('in-1')).toBe(true)
    expect(media.opened.map((stream) => stream.stopped)).toEqual([false, true])
  })
})

describe('actions', () => {
  it('dials, with the tone of ringing until it is answered', async () => {
    await started()
    link.onOpen = () => undefined
    await phone.dial('600')
    expect(link.asked).toContain('invite 600')
    link.emit({ type: 'ringing', callId: 'out-1' })
    expect(media.tone).toBe('ringback')
    link.emit({ type: 'established', callId: 'out-1' })
    expect(media.tone).toBeNull()
    expect(phaseOf('out-1')).toBe('active')
  })

  it('does not dial without a connection', async () => {
    await expect(phone.dial('600')).rejects.toMatchObject({ code: 'notConnected' })
    expect(media.opened).toEqual([])
  })

  it('refuses a second dial while the first comes up, and closes the microphone it opened for it', async () => {
    await started()
    link.onOpen = () => undefined
    await phone.dial('600')
    await expect(phone.dial('601')).rejects.toMatchObject({ code: 'wrongPhase' })
    expect(media.opened.map((stream) => stream.stopped)).toEqual([false, true])
  })

  it('sends tones in the chosen way, and only on an active line', async () => {
    await talking()
    await phone.sendDtmf('in-1', '5')
    phone.setAudio({ dtmf: 'info' })
    await phone.sendDtmf('in-1', '#')
    expect(link.asked.slice(-2)).toEqual(['dtmf in-1 5 rfc4733', 'dtmf in-1 # info'])
    expect(stored?.dtmf).toBe('info')
    await expect(phone.sendDtmf('in-1', 'x')).rejects.toMatchObject({ code: 'wrongPhase' })
    await phone.hold('in-1')
    await expect(phone.sendDtmf('in-1', '5')).rejects.toMatchObject({ code: 'wrongPhase' })
  })

  it('hangs up after a transfer that was taken, and keeps the call after one that was not', async () => {
    await talking()
    link.onRefer = () => false
    await expect(phone.blindTransfer('in-1', '1002')).rejects.toMatchObject({ code: 'refused' })
    expect(phaseOf('in-1')).toBe('active')
    link.onRefer = () => true
    await phone.blindTransfer('in-1', '1002')
    expect(phaseOf('in-1')).toBe('ended')
  })

  it('mutes and unmutes', async () => {
    await talking()
    phone.setMuted('in-1', true)
    expect(link.live.get('in-1')).toBe(false)
    phone.setMuted('in-1', false)
    expect(link.live.get('in-1')).toBe(true)
  })

  it('does not leave the operator unheard when the headset is unplugged in a call', async () => {
    await talking()
    media.opened[0]?.getTracks()[0]?.dispatchEvent(new Event('ended'))
    await settle()
    expect(link.asked.at(-1)).toBe('replaceMicrophone in-1')
    expect(media.opened.map((stream) => stream.stopped)).toEqual([false, false])
  })

  it('keeps the call when the only microphone is unplugged, and says that it is missing', async () => {
    await talking()
    media.state = 'missing'
    media.opened[0]?.getTracks()[0]?.dispatchEvent(new Event('ended'))
    await settle()
    expect(phaseOf('in-1')).toBe('active')
    expect(state().microphone).toBe('missing')
    expect(link.asked).not.toContain('replaceMicrophone in-1')
  })

  it('changes the microphone of the calls that are up', async () => {
    await talking()
    media.lists = { microphones: [{ id: 'm2', label: 'Headset' }], speakers: [] }
    await phone.chooseDevices({ microphone: 'm2' })
    expect(link.asked).toContain('replaceMicrophone in-1')
    expect(stored?.microphone).toEqual({ id: 'm2', label: 'Headset' })
    link.asked.length = 0
    await phone.chooseDevices({ speaker: null })
    expect(link.asked).toEqual([])
  })

  it('takes what another window chose at once, in a call too, and does not store it again', async () => {
    await talking()
    link.asked.length = 0
    storedElsewhere({ ...defaultAudio, ringerVolume: 0.1 })
    await settle()
    expect(link.asked).toEqual([])
    const chosen = { ...defaultAudio, microphone: { id: 'm2', label: 'Headset' } }
    storedElsewhere(chosen)
    await settle()
    expect(link.asked).toContain('replaceMicrophone in-1')
    expect(state().audio).toEqual(chosen)
    expect(media.choice).toEqual(chosen)
    expect(stored).toBeNull()
    await phone.stop()
    storedElsewhere(defaultAudio)
    expect(state().audio).toEqual(chosen)
  })
})

describe('the same extension on another page', () => {
  it('stays off and says so, and comes up when it is taken over', async () => {
    lock.held = false
    phone.start()
    await settle()
    expect(state()).toMatchObject({ link: 'off', elsewhere: true })
    expect(link.asked).toEqual([])
    phone.takeOver()
    await settle()
    expect(state()).toMatchObject({ link: 'registered', elsewhere: false })
  })

  it('keeps its call to the end when the other page takes the extension', async () => {
    await talking()
    lock.give(false)
    await settle()
    expect(state()).toMatchObject({ link: 'connected', elsewhere: true })
    // Else its refresh would take the extension back in the middle of a long call.
    expect(link.asked).toContain('unregister')
    expect(phaseOf('in-1')).toBe('active')
    link.emit({ type: 'ended', callId: 'in-1', reason: 'remoteHungUp' })
    await settle()
    expect(state().link).toBe('off')
    expect(link.asked).toContain('disconnect')
  })
})

it('leaves no microphone open when it is switched off in the middle of an answer', async () => {
  await talking()
  link.incoming({ callId: 'in-2' })
  link.onHold = () => new Promise(() => undefined)
  const answer = phone.answer('in-2')
  await settle()
  await Promise.all([phone.stop(), expect(answer).rejects.toMatchObject({ code: 'notConnected' })])
  expect(media.opened[1]?.stopped).toBe(true)
})

it('does not dial after it was switched off while the microphone was being asked for', async () => {
  await started()
  const dialling = phone.dial('600')
  await Promise.all([phone.stop(), expect(dialling).rejects.toMatchObject({ code: 'notConnected' })])
  expect(link.asked).not.toContain('invite 600')
  expect(state().lines).toEqual([])
  expect(media.opened.map((stream) => stream.stopped)).toEqual([true])
})

it('switches everything off at sign-out', async () => {
  await talking()
  await phone.stop()
  expect(link.asked.at(-1)).toBe('stop')
  expect(state()).toMatchObject({ link: 'off', lines: [] })
  expect(media.tone).toBeNull()
})
