import { beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import { PhoneStand } from './testing/phone-stand.ts'

/** The phone as a whole: its link, its page, its end. */

let stand: PhoneStand
let link: PhoneStand['link']
let media: PhoneStand['media']
let lock: PhoneStand['lock']
let clock: PhoneStand['clock']
let phone: PhoneStand['phone']

beforeEach(() => {
  stand = new PhoneStand()
  ;({ link, media, lock, clock, phone } = stand)
})

describe('the link', () => {
  it('connects and registers by itself', async () => {
    await stand.started()
    expect(link.asked).toEqual(['connect', 'register'])
  })

  it('comes back on a new socket with a REGISTER and a re-INVITE for each call', async () => {
    await stand.talking()
    await clock.advance(6000)
    link.asked.length = 0
    link.emit({ type: 'socketClosed' })
    expect(stand.phaseOf('in-1')).toBe('active')
    await settle()
    expect(link.asked).toEqual(['connect', 'refresh in-1', 'register'])
    expect(stand.state().link).toBe('registered')
  })

  it('replaces a socket that answers no probe', async () => {
    await stand.started()
    link.onProbe = () => false
    link.asked.length = 0
    await clock.advance(3000)
    expect(link.asked).toContain('probe')
    expect(link.asked).toContain('connect')
  })

  it('leaves a socket alone that answers', async () => {
    await stand.started()
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
    stand.resume()
    first()
    await settle()
    expect(stand.state().link).toBe('connecting')
    open()
    await settle()
    expect(stand.state().link).toBe('registered')
  })

  it('says when it was refused, and tries again when asked', async () => {
    link.onRegister = () => ({ ok: false, status: 403, retryAfterMs: null })
    phone.start()
    await settle()
    expect(stand.state().link).toBe('authFailed')
    link.onRegister = () => ({ ok: true })
    phone.reconnect()
    await settle()
    expect(stand.state().link).toBe('registered')
  })

  it('backs off while nothing answers, and not at all while offline', async () => {
    link.onConnect = () => Promise.reject(new Error('refused'))
    phone.start()
    await settle()
    expect(stand.state()).toMatchObject({ link: 'backingOff', retryAtMs: clock.nowMs() + 300 })
    stand.online(false)
    link.asked.length = 0
    await clock.advance(60_000)
    expect(link.asked).toEqual([])
    link.onConnect = () => undefined
    stand.online(true)
    await settle()
    expect(stand.state().link).toBe('registered')
  })
})

describe('the same extension on another page', () => {
  it('stays off and says so, and comes up when it is taken over', async () => {
    lock.held = false
    phone.start()
    await settle()
    expect(stand.state()).toMatchObject({ link: 'off', elsewhere: 'page' })
    expect(link.asked).toEqual([])
    phone.takeOver()
    await settle()
    expect(stand.state()).toMatchObject({ link: 'registered', elsewhere: null })
  })

  it('keeps its call to the end when the other page takes the extension', async () => {
    await stand.talking()
    lock.give(false)
    await settle()
    expect(stand.state()).toMatchObject({ link: 'connected', elsewhere: 'page' })
    // Else its refresh would take the extension back in the middle of a long call.
    expect(link.asked).toContain('unregister')
    expect(stand.phaseOf('in-1')).toBe('active')
    link.emit({ type: 'ended', callId: 'in-1', reason: 'remoteHungUp' })
    await settle()
    expect(stand.state().link).toBe('off')
    expect(link.asked).toContain('disconnect')
  })
})

describe('the same extension on another computer', () => {
  /** Asked with each fifth probe. */
  const untilAsked = () => clock.advance(16_000)

  it('says so, leaves it there, and takes it back when asked', async () => {
    await stand.started()
    link.onLookUp = () => 'other'
    await untilAsked()
    expect(stand.state()).toMatchObject({ link: 'off', elsewhere: 'computer' })
    link.asked.length = 0
    stand.resume()
    stand.online(true)
    await clock.advance(600_000)
    expect(link.asked).toEqual([])
    phone.takeOver()
    link.onLookUp = () => 'this'
    await untilAsked()
    expect(stand.asked()).toEqual(['connect', 'register'])
    expect(stand.state()).toMatchObject({ link: 'registered', elsewhere: null })
  })

  it('says nothing while the extension is here, or the PBX does not say', async () => {
    await stand.started()
    await clock.advance(60_000)
    link.onLookUp = () => 'unknown'
    await clock.advance(60_000)
    expect(stand.state()).toMatchObject({ link: 'registered', elsewhere: null })
    expect(stand.asked()).toEqual(['connect', 'register'])
  })

  it('keeps its call to the end', async () => {
    await stand.talking()
    link.onLookUp = () => 'other'
    await untilAsked()
    expect(stand.state()).toMatchObject({ link: 'connected', elsewhere: 'computer' })
    expect(stand.phaseOf('in-1')).toBe('active')
    link.emit({ type: 'ended', callId: 'in-1', reason: 'remoteHungUp' })
    await settle()
    expect(stand.state()).toMatchObject({ link: 'off', elsewhere: 'computer' })
  })

  it('does not take it back with a new socket: it asks before', async () => {
    await stand.started()
    await clock.advance(6000)
    link.onLookUp = () => 'other'
    link.asked.length = 0
    link.emit({ type: 'socketClosed' })
    await settle()
    expect(link.asked).not.toContain('register')
    expect(stand.state().elsewhere).toBe('computer')
  })

  it('registers again when the PBX has lost it', async () => {
    await stand.started()
    link.onLookUp = () => 'nobody'
    await untilAsked()
    expect(stand.asked()).toEqual(['connect', 'register', 'register'])
    expect(stand.state()).toMatchObject({ link: 'registered', elsewhere: null })
  })
})

describe('a page that goes', () => {
  it('lets the PBX ring on at once what rang here, and is silent about the call that is up', async () => {
    await stand.talking()
    link.incoming({ callId: 'in-2' })
    link.asked.length = 0
    stand.leave()
    expect(link.asked).toEqual(['reject in-2 480'])
    expect(stand.givenUp).toEqual({ direction: 'inbound', number: '+79161234567', extension: null, crashed: false })
  })

  it('gives up a call that nobody has answered yet', async () => {
    await stand.started()
    link.onOpen = () => undefined
    await phone.dial('1002', '7')
    link.emit({ type: 'ringing', callId: 'out-1' })
    link.asked.length = 0
    stand.leave()
    expect(link.asked).toEqual(['hangUp out-1'])
    expect(stand.givenUp).toEqual({ direction: 'outbound', number: '1002', extension: '7', crashed: false })
  })

  it('leaves the word of two that it gave up, though the one still rings when the other has ended', async () => {
    await stand.started()
    link.onOpen = () => undefined
    await phone.dial('1002', '7')
    link.emit({ type: 'ringing', callId: 'out-1' })
    link.incoming({ callId: 'in-2' })
    stand.leave()
    expect(stand.givenUp?.number).toBe('+79161234567')
    link.emit({ type: 'ended', callId: 'out-1', reason: 'hungUp' })
    expect(stand.ringing).toBeNull()
  })

  it('lets the caller wait on whom the PBX gives back to us', async () => {
    await stand.talking()
    link.incoming({ callId: 'in-2', resumes: true })
    link.asked.length = 0
    stand.leave()
    expect(link.asked).toEqual(['reject in-2 410'])
    expect(stand.givenUp).toBeNull()
  })

  it('leaves no word of a call that goes on', async () => {
    await stand.talking()
    stand.leave()
    expect(stand.givenUp).toBeNull()
  })
})

describe('a page that may crash', () => {
  it('has left word of what rings, here or there, until it is up or over', async () => {
    await stand.started()
    link.incoming({ callId: 'in-1' })
    expect(stand.ringing).toEqual({ direction: 'inbound', number: '+79161234567', extension: null })
    await phone.answer('in-1')
    expect(stand.ringing).toBeNull()
    link.onOpen = () => undefined
    await phone.dial('1002', '7')
    expect(stand.ringing).toEqual({ direction: 'outbound', number: '1002', extension: '7' })
    await phone.hangUp('out-1')
    link.emit({ type: 'ended', callId: 'out-1', reason: 'hungUp' })
    expect(stand.ringing).toBeNull()
  })

  it('says again and again that it still rings', async () => {
    await stand.started()
    link.incoming({ callId: 'in-1' })
    const begunMs = stand.clock.nowMs()
    await stand.clock.advance(60_000)
    expect(stand.rangAtMs - begunMs).toBe(60_000)
  })

  it('leaves none of a caller whom the PBX keeps for us', async () => {
    await stand.talking()
    link.incoming({ callId: 'in-2', resumes: true })
    expect(stand.ringing).toBeNull()
  })

  it('leaves none when it is switched off', async () => {
    await stand.started()
    link.incoming({ callId: 'in-1' })
    expect(stand.ringing).not.toBeNull()
    await phone.stop()
    expect(stand.ringing).toBeNull()
  })
})

describe('a call that the page before this one gave up', () => {
  beforeEach(() => {
    stand.givenUp = { direction: 'inbound', number: '+79161234567', extension: null, crashed: false }
  })

  it('is told for a minute', async () => {
    await stand.started()
    expect(stand.state().givenUp).toEqual(stand.givenUp)
    await clock.advance(60_000)
    expect(stand.state().givenUp).toBeNull()
  })

  it('is no news any more when it rings again', async () => {
    await stand.started()
    link.incoming({ callId: 'in-1', number: '+79990000000' })
    expect(stand.state().givenUp).not.toBeNull()
    link.incoming({ callId: 'in-2' })
    expect(stand.state().givenUp).toBeNull()
  })

  it('is no news any more when it is called', async () => {
    await stand.started()
    await phone.dial('+79161234567')
    expect(stand.state().givenUp).toBeNull()
  })
})

it('leaves no microphone open when it is switched off in the middle of an answer', async () => {
  await stand.talking()
  link.incoming({ callId: 'in-2' })
  link.onHold = () => new Promise(() => undefined)
  const answer = phone.answer('in-2')
  await settle()
  await Promise.all([phone.stop(), expect(answer).rejects.toMatchObject({ code: 'notConnected' })])
  expect(media.opened[1]?.stopped).toBe(true)
})

it('does not dial after it was switched off while the microphone was being asked for', async () => {
  await stand.started()
  const dialling = phone.dial('600')
  await Promise.all([phone.stop(), expect(dialling).rejects.toMatchObject({ code: 'notConnected' })])
  expect(link.asked).not.toContain('invite 600')
  expect(stand.state().lines).toEqual([])
  expect(media.opened.map((stream) => stream.stopped)).toEqual([true])
})

it('switches everything off at sign-out', async () => {
  await stand.talking()
  await phone.stop()
  expect(link.asked.at(-1)).toBe('stop')
  expect(stand.state()).toMatchObject({ link: 'off', lines: [] })
  expect(media.tone).toBeNull()
})
