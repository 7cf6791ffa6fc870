import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ManualClock, settle } from '../../platform/manual-clock.ts'
import { FakeStream } from '../testing/fake-media.ts'
import { FakePeerConnection } from '../testing/fake-peer-connection.ts'
import { accept, ackAfter, byeAfter, FakeWebSocket, reinviteAfter, respond } from './fake-web-socket.ts'
import { glarePauseMs } from './reinvites.ts'
import { SipJsLink } from './sip-js-link.ts'

/** The orders in which a real Asterisk's re-INVITE, which follows every move, met our hold. */

let link: SipJsLink
let clock: ManualClock
let opening: string

beforeEach(async () => {
  clock = new ManualClock()
  FakeWebSocket.reset()
  FakePeerConnection.meanwhile = () => undefined
  vi.stubGlobal('WebSocket', FakeWebSocket)
  vi.stubGlobal('RTCPeerConnection', FakePeerConnection)
  vi.stubGlobal('MediaStream', FakeStream)
  vi.stubGlobal('MediaStreamTrackEvent', Event)
  link = new SipJsLink({
    account: {
      socketUrl: 'ws://pbx.invalid/ws',
      uri: 'sip:1001@pbx.invalid',
      username: '1001',
      password: 'secret',
      displayName: 'Anna',
      server: '1',
      echoNumber: null,
      iceServers: [],
    },
    clock,
    chance: () => 0,
  })
  await link.connect()
  FakeWebSocket.answer = (request) =>
    request.startsWith('INVITE') ? accept(request) : request.startsWith('ACK') ? null : respond(request, '200 OK')
  await move()
  // The PBX's offer, which the first of ours would wait for, did not come.
  await clock.advance(200)
})
afterEach(async () => {
  await link.stop()
  vi.unstubAllGlobals()
})

const move = async () => {
  await link.move({ callId: 'in-1', from: { callId: 'old', localTag: 'l', remoteTag: 'r' }, local: new FakeStream() })
  opening = sent('INVITE')[0] ?? ''
  FakeWebSocket.requests.length = 0
}
const sent = (start: string) => FakeWebSocket.requests.map(({ text }) => text).filter((text) => text.startsWith(start))
const receive = (text: string) => FakeWebSocket.opened.at(-1)?.receive(text)

it('ours waits for the offer that the PBX makes after a move, so that the two do not cross', async () => {
  await move()
  const holding = link.hold('in-1')
  await clock.advance(199)
  await settle()
  expect(sent('INVITE')).toEqual([])
  receive(reinviteAfter(opening, 7))
  await settle()
  expect(sent('SIP/2.0 200')).toHaveLength(1)
  expect(sent('INVITE')).toEqual([])
  receive(ackAfter(opening, 7))
  expect(await holding).toBe('ok')
  expect(sent('SIP/2.0 491')).toEqual([])
})

it('ours waits no longer than 0.2 s for a PBX that makes none', async () => {
  await move()
  const holding = link.hold('in-1')
  await clock.advance(200)
  expect(await holding).toBe('ok')
})

it('an offer of the PBX is answered to its end before ours is made', async () => {
  receive(reinviteAfter(opening, 7))
  await settle()
  expect(sent('SIP/2.0 200')).toHaveLength(1)
  const holding = link.hold('in-1')
  await settle()
  expect(sent('INVITE')).toEqual([])
  receive(ackAfter(opening, 7))
  expect(await holding).toBe('ok')
  expect(sent('INVITE')).toHaveLength(1)
})

it('an offer of the PBX that comes while ours is made is put off, and ours leaves', async () => {
  FakePeerConnection.meanwhile = () => receive(reinviteAfter(opening, 7))
  const holding = link.hold('in-1')
  expect(await holding).toBe('ok')
  expect(sent('SIP/2.0 491')).toHaveLength(1)
  expect(sent('INVITE')).toHaveLength(1)
  receive(reinviteAfter(opening, 8))
  await settle()
  expect(sent('SIP/2.0 200')).toHaveLength(1)
})

it('offers that crossed on the way: ours is made again after the pause, or when the other has been answered', async () => {
  for (const comesFirst of ['pause', 'theirs'] as const) {
    FakeWebSocket.requests.length = 0
    FakeWebSocket.answer = (request) => (request.startsWith('INVITE') ? respond(request, '491 Request Pending') : null)
    const holding = link.hold('in-1')
    await settle()
    expect(sent('INVITE')).toHaveLength(1)
    FakeWebSocket.answer = (request) => (request.startsWith('INVITE') ? accept(request) : null)
    await clock.advance(2_000)
    expect(sent('INVITE')).toHaveLength(1)
    if (comesFirst === 'pause') await clock.advance(100)
    else {
      receive(reinviteAfter(opening, 9))
      await settle()
      receive(ackAfter(opening, 9))
    }
    expect(await holding).toBe('ok')
    expect(sent('INVITE')).toHaveLength(2)
  }
})

it('does not wait for ever for an ACK that was lost with its socket', async () => {
  receive(reinviteAfter(opening, 7))
  await settle()
  const [first] = FakeWebSocket.opened
  const refreshing = link.refresh('in-1')
  first?.cut()
  await link.connect()
  expect(await refreshing).toBe('ok')
})

it('does not wait for ever for an ACK that is lost on a socket that lives', async () => {
  receive(reinviteAfter(opening, 7))
  await settle()
  const holding = link.hold('in-1')
  await clock.advance(7_999)
  expect(sent('INVITE')).toEqual([])
  await clock.advance(1)
  expect(await holding).toBe('ok')
})

it('a hold that waits for the PBX does not outlive its call', async () => {
  receive(reinviteAfter(opening, 7))
  await settle()
  const holding = link.hold('in-1')
  await settle()
  receive(byeAfter(opening, 8))
  expect(await holding).toBe('gone')
})

it('a hold that waits for the PBX is refused when the call moves on, which is no end of it', async () => {
  receive(reinviteAfter(opening, 7))
  await settle()
  const holding = link.hold('in-1')
  await settle()
  const from = { callId: 'old', localTag: 'l', remoteTag: 'r' }
  await link.move({ callId: 'in-1', from, local: new FakeStream() })
  expect(await holding).toBe('refused')
  await clock.advance(200)
  expect(await link.hold('in-1')).toBe('ok')
})

it('an answer that comes when we have given it up ends no call, and what the line says is offered again', async () => {
  let late = ''
  FakeWebSocket.answer = (request) => {
    if (request.startsWith('INVITE')) late = accept(request)
    return null
  }
  const holding = link.hold('in-1')
  await clock.advance(8_000)
  expect(await holding).toBe('refused')
  const refreshing = link.refresh('in-1')
  await clock.advance(300)
  expect(sent('INVITE')).toHaveLength(1)
  FakeWebSocket.answer = (request) => (request.startsWith('INVITE') ? accept(request) : null)
  receive(late)
  expect(await refreshing).toBe('ok')
  expect(sent('BYE')).toEqual([])
  const [held, ...then] = sent('INVITE')
  expect(held).toContain('a=sendonly')
  expect(then[0]).toContain('a=sendrecv')
})

it('asks nothing more while an offer stays without an answer, and refuses the PBX its own meanwhile', async () => {
  let late = ''
  FakeWebSocket.answer = (request) => {
    if (request.startsWith('INVITE')) late = accept(request)
    return null
  }
  const outcomes = [link.hold('in-1'), link.refresh('in-1')]
  await clock.advance(16_000)
  expect(await Promise.all(outcomes)).toEqual(['refused', 'refused'])
  expect(sent('INVITE')).toHaveLength(1)
  receive(reinviteAfter(opening, 7))
  await settle()
  expect(sent('SIP/2.0 491')).toHaveLength(1)
  FakeWebSocket.answer = (request) => (request.startsWith('INVITE') ? accept(request) : null)
  receive(late)
  expect(await link.hold('in-1')).toBe('ok')
  expect(sent('BYE')).toEqual([])
})

it('answers the PBX as the call is, not as a hold would have it that was not granted yet', async () => {
  FakeWebSocket.answer = (request) => (request.startsWith('INVITE') ? respond(request, '491 Request Pending') : null)
  const holding = link.hold('in-1')
  await settle()
  FakeWebSocket.answer = (request) => (request.startsWith('INVITE') ? accept(request) : null)
  receive(reinviteAfter(opening, 7))
  await settle()
  expect(sent('SIP/2.0 200')[0]).toContain('a=sendrecv')
  receive(ackAfter(opening, 7))
  expect(await holding).toBe('ok')
  expect(sent('INVITE')[1]).toContain('a=sendonly')
})

it('the pauses of RFC 3261 14.1 never meet', () => {
  expect([glarePauseMs(true, 0), glarePauseMs(true, 0.999)]).toEqual([2100, 4000])
  expect([glarePauseMs(false, 0), glarePauseMs(false, 0.999)]).toEqual([0, 2000])
})

it('an offer of the PBX to a call whose place another has is refused', async () => {
  const before = opening
  await move()
  receive(reinviteAfter(before, 7))
  await settle()
  expect(sent('SIP/2.0 488')).toHaveLength(1)
  expect(sent('SIP/2.0 200')).toEqual([])
})
