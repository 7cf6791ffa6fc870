import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ManualClock, settle } from '../../platform/manual-clock.ts'
import { FakeStream } from '../testing/fake-media.ts'
import { FakePeerConnection } from '../testing/fake-peer-connection.ts'
import { accept, byeAfter, FakeWebSocket, respond } from './fake-web-socket.ts'
import { SipJsLink } from './sip-js-link.ts'
import type { MoveOutcome, SipEvent } from './sip-link.ts'

const udp = 'a=candidate:1 1 udp 2122260223 192.0.2.1 40000 typ host\r\n'
const tcp = 'a=candidate:2 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active\r\n'
const from = { callId: 'old', localTag: 'ours', remoteTag: 'theirs' }

let link: SipJsLink
let clock: ManualClock
let events: SipEvent[]
let local: FakeStream

beforeEach(() => {
  clock = new ManualClock()
  FakeWebSocket.reset()
  FakePeerConnection.candidates = udp
  FakePeerConnection.carries = true
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
  events = []
  link.subscribe((event) => events.push(event))
})
afterEach(async () => {
  await link.stop()
  vi.unstubAllGlobals()
})

const invites = () => FakeWebSocket.requests.filter(({ text }) => text.startsWith('INVITE '))
const move = (identity = from): Promise<MoveOutcome> => {
  local = new FakeStream()
  return link.move({ callId: 'in-1', from: identity, local })
}
const callIdOf = (request: string) => /^Call-ID: (.+)\r$/m.exec(request)?.[1]
const onInvite = (answer: (request: string) => string | null) => {
  FakeWebSocket.answer = (request) =>
    request.startsWith('INVITE') ? answer(request) : request.startsWith('ACK') ? null : respond(request, '200 OK')
}

describe('a move', () => {
  it('puts the call where the old one was, and says so', async () => {
    await link.connect()
    onInvite(accept)
    expect(await move()).toBe('ok')
    expect(invites()[0]?.text).toMatch(/^Replaces: old;to-tag=theirs;from-tag=ours\r$/m)
    expect(events).toEqual([{ type: 'moved', callId: 'in-1' }])
    expect(link.dialog('in-1')).toMatchObject({ remoteTag: 'pbx' })
  })

  it('never sends an offer without a UDP address: the answer to it would end the call', async () => {
    await link.connect()
    onInvite(accept)
    for (const candidates of ['', tcp]) {
      FakePeerConnection.candidates = candidates
      expect(await move()).toBe('noPath')
      expect(local.stopped).toBe(true)
    }
    expect([invites(), events]).toEqual([[], []])
  })

  it('prepares its offer while the socket opens', async () => {
    onInvite(accept)
    const moved = move()
    await settle()
    expect(invites()).toEqual([])
    await link.connect()
    expect(await moved).toBe('ok')
  })

  it('gives a connection that was too slow longer the next time, until one has come up', async () => {
    await link.connect()
    onInvite(accept)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      for (const limitMs of [1_500, 3_000, 5_000, 5_000, 'up', 1_500] as const) {
        FakePeerConnection.carries = limitMs === 'up'
        let outcome: MoveOutcome | null = null
        void move().then((settled) => {
          outcome = settled
        })
        await settle()
        if (limitMs !== 'up') {
          vi.advanceTimersByTime(limitMs - 1)
          await settle()
          expect(outcome).toBeNull()
          vi.advanceTimersByTime(1)
          await settle()
        }
        expect(outcome).toBe(limitMs === 'up' ? 'ok' : 'silent')
      }
    } finally {
      vi.useRealTimers()
    }
  })

  it('says that the call is over when the PBX knows none, and nothing else', async () => {
    await link.connect()
    onInvite((request) => respond(request, '481 Call/Transaction Does Not Exist'))
    expect(await move()).toBe('gone')
    expect(events).toEqual([])
  })

  it('gives up at once when its socket is cut', async () => {
    await link.connect()
    onInvite(() => null)
    const moved = move()
    await settle()
    FakeWebSocket.opened[0]?.cut()
    expect(await moved).toBe('noAnswer')
  })

  it('takes silence to a probe for nothing while its answer is on the way', async () => {
    await link.connect()
    onInvite(() => null)
    const moved = move()
    await settle()
    FakeWebSocket.answer = () => null
    expect(await link.probe(10)).toBe(true)
    FakeWebSocket.opened[0]?.cut()
    await moved
    await link.connect()
    expect(await link.probe(10)).toBe(false)
  })

  it('ends the call that it brings back when it was hung up meanwhile', async () => {
    await link.connect()
    let answer = (): void => undefined
    onInvite((request) => {
      answer = () => FakeWebSocket.opened[0]?.receive(accept(request))
      return null
    })
    const moved = move()
    await settle()
    await link.hangUp('in-1')
    answer()
    expect(await moved).toBe('gone')
    await settle()
    expect(FakeWebSocket.requests.filter(({ text }) => text.startsWith('BYE'))).toHaveLength(1)
  })
})

it('does not end the old call between the PBX’s answer and its change of channels, which would end both', async () => {
  await link.connect()
  onInvite(accept)
  await move()
  const first = invites()[0]?.text ?? ''
  await move(link.dialog('in-1') ?? from)
  const byes = () => FakeWebSocket.requests.filter(({ text }) => text.startsWith('BYE')).map(({ text }) => callIdOf(text))
  await clock.advance(4_999)
  await settle()
  expect(byes()).toEqual([])
  await clock.advance(1)
  await settle()
  expect(byes()).toEqual([callIdOf(first)])
})

describe('the BYE that comes for the old call while it moves', () => {
  let first: string
  let second: string
  let moved: Promise<MoveOutcome>

  beforeEach(async () => {
    await link.connect()
    onInvite(accept)
    await move()
    events.length = 0
    first = invites()[0]?.text ?? ''
    onInvite((request) => {
      second = request
      return null
    })
    moved = move(link.dialog('in-1') ?? from)
    await settle()
    FakeWebSocket.opened[0]?.receive(byeAfter(first))
    await settle()
    expect(events).toEqual([])
  })

  it('is no end when the call has moved', async () => {
    FakeWebSocket.opened[0]?.receive(accept(second))
    expect(await moved).toBe('ok')
    expect(events).toEqual([{ type: 'moved', callId: 'in-1' }])
  })

  it('is the end when it has not', async () => {
    FakeWebSocket.opened[0]?.receive(respond(second, '481 Call/Transaction Does Not Exist'))
    expect(await moved).toBe('gone')
    await settle()
    expect(events).toEqual([{ type: 'ended', callId: 'in-1', reason: 'remoteHungUp' }])
  })
})
