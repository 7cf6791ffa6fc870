import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ManualClock, settle } from '../../platform/manual-clock.ts'
import { FakeStream } from '../testing/fake-media.ts'
import { FakePeerConnection } from '../testing/fake-peer-connection.ts'
import { accept, FakeWebSocket, inviteTo, respond } from './fake-web-socket.ts'
import { SipJsLink } from './sip-js-link.ts'
import type { SipEvent } from './sip-link.ts'

let link: SipJsLink
let clock: ManualClock
let events: SipEvent[]

beforeEach(() => {
  clock = new ManualClock()
  FakeWebSocket.reset()
  FakePeerConnection.carries = true
  vi.stubGlobal('WebSocket', FakeWebSocket)
  events = []
  link = newLink()
})
afterEach(async () => {
  await link.stop()
  vi.unstubAllGlobals()
})

function newLink(): SipJsLink {
  const made = new SipJsLink({
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
  made.subscribe((event) => events.push(event))
  return made
}

const contact = /^Contact: (.*)$/im
const requests = (method: string) => FakeWebSocket.requests.filter(({ text }) => text.startsWith(`${method} `))
const responses = () => FakeWebSocket.requests.filter(({ text }) => text.startsWith('SIP/2.0'))

/** Grants every REGISTER, as long as it asks for. */
const registrar = (request: string): string =>
  respond(
    request,
    '200 OK',
    [contact.exec(request)?.[0] ?? ''].filter((line) => !/expires=0\b/.test(line)),
  )

/** Made up by the link. */
function ringingId(): string {
  const event = events.find(({ type }) => type === 'incoming')
  if (event?.type !== 'incoming') throw new Error('nothing rings')
  return event.call.callId
}

async function ringing(): Promise<FakeWebSocket> {
  await link.connect()
  const [socket] = FakeWebSocket.opened
  if (!socket) throw new Error('no socket was opened')
  const user = /^Contact: <(.*?)>/im
  FakeWebSocket.answer = registrar
  expect(await link.register(1000)).toEqual({ ok: true })
  const target = user.exec(requests('REGISTER')[0]?.text ?? '')?.[1] ?? ''
  socket.receive(inviteTo(target))
  await settle()
  expect(events).toContainEqual({
    type: 'incoming',
    call: {
      callId: ringingId(),
      number: '+79161234567',
      name: 'Ivan',
      linkedId: '10.1',
      legId: '10.2',
      resumes: false,
      wanted: false,
    },
  })
  return socket
}

/** An outgoing call that rings at the other side. */
async function dialled(): Promise<FakeWebSocket> {
  vi.stubGlobal('RTCPeerConnection', FakePeerConnection)
  vi.stubGlobal('MediaStream', FakeStream)
  vi.stubGlobal('MediaStreamTrackEvent', Event)
  await link.connect()
  const [socket] = FakeWebSocket.opened
  if (!socket) throw new Error('no socket was opened')
  FakeWebSocket.answer = (request) => {
    if (request.startsWith('INVITE')) return respond(request, '180 Ringing', ['Contact: <sip:600@pbx.invalid>'])
    return request.startsWith('CANCEL') ? respond(request, '200 OK') : null
  }
  const local = new FakeStream()
  await link.invite('out-1', '600', local)
  await settle()
  expect(events).toEqual([{ type: 'ringing', callId: 'out-1' }])
  return socket
}

describe('SipJsLink', () => {
  it('lets go of its registration when asked, so that no refresh takes the extension back', async () => {
    await link.connect()
    FakeWebSocket.answer = registrar
    await link.register(1000)
    await link.unregister()
    await settle()
    const [first, last] = requests('REGISTER')
    expect(first?.text).toMatch(/^Expires: 300|expires=300/im)
    expect(last?.text).toMatch(/^Contact: .*expires=0|^Expires: 0/im)
  })

  describe('asked who has the extension', () => {
    const own = () => /^Contact: <(sip:[^@]*)@/im.exec(requests('REGISTER')[0]?.text ?? '')?.[1] ?? ''
    const other = 'Contact: <sip:another@10.0.0.7:5060>;expires=299'
    /** As Asterisk writes it: at the address it saw. */
    const here = () => `Contact: <${own()}@10.0.0.5:40312;transport=ws;x-ast-orig-host=a.invalid:0>;expires=120`

    async function lookUp(contacts: () => string[], status = '200 OK') {
      await link.connect()
      FakeWebSocket.answer = registrar
      await link.register(1000)
      FakeWebSocket.answer = (request) => respond(request, status, contacts())
      return link.lookUp(1000)
    }

    it('knows its own contact, at whatever address and beside others', async () => {
      expect(await lookUp(() => [here()])).toBe('this')
      expect(await lookUp(() => [other, here()])).toBe('this')
    })

    it('knows another’s, and that there is none', async () => {
      expect(await lookUp(() => [other])).toBe('other')
      expect(await lookUp(() => [])).toBe('nobody')
      expect(await lookUp(() => [other], '503 Service Unavailable')).toBe('unknown')
    })

    it('tells a phone that was beside it, where the PBX allows several, from one that has taken its place', async () => {
      expect(await lookUp(() => [other, here()])).toBe('this')
      const contacts = (...lines: string[]) => {
        FakeWebSocket.answer = (request) => respond(request, '200 OK', lines)
      }
      contacts(other.replace('5060', '40991'))
      expect(await link.lookUp(1000)).toBe('nobody')
      contacts(other, 'Contact: <sip:third@10.0.0.8:5060>;expires=299')
      expect(await link.lookUp(1000)).toBe('other')
      contacts(here())
      expect(await link.lookUp(1000)).toBe('this')
      contacts(other)
      expect(await link.lookUp(1000)).toBe('other')
    })

    it('knows from the answer to its REGISTER on which phones are beside it', async () => {
      await link.connect()
      FakeWebSocket.answer = (request) => respond(request, '200 OK', [other, contact.exec(request)?.[0] ?? ''])
      expect(await link.register(1000)).toEqual({ ok: true })
      FakeWebSocket.answer = (request) => respond(request, '200 OK', [other])
      expect(await link.lookUp(1000)).toBe('nobody')
      FakeWebSocket.answer = (request) => respond(request, '200 OK', [other.replace('another', 'third')])
      expect(await link.lookUp(1000)).toBe('other')
    })

    it('offers no contact with the question', async () => {
      await lookUp(() => [here()])
      const asked = requests('REGISTER').at(-1)?.text ?? ''
      expect(requests('REGISTER')).toHaveLength(2)
      expect(asked).not.toMatch(contact)
    })

    it('refreshes what it has in time, and never what another has', async () => {
      expect(await lookUp(() => [here()])).toBe('this')
      await clock.advance(200_000)
      FakeWebSocket.answer = (request) => (contact.test(request) ? registrar(request) : respond(request, '200 OK', [other]))
      expect(await link.lookUp(1000)).toBe('other')
      expect(requests('REGISTER').filter(({ text }) => contact.test(text))).toHaveLength(1)
      FakeWebSocket.answer = (request) => (contact.test(request) ? registrar(request) : respond(request, '200 OK', [here()]))
      expect(await link.lookUp(1000)).toBe('this')
      expect(requests('REGISTER').filter(({ text }) => contact.test(text))).toHaveLength(2)
    })

    it('refreshes what it has before it lapses, where a PBX tells nobody who has it', async () => {
      const refreshes = () => requests('REGISTER').filter(({ text }) => contact.test(text)).length - 1
      const refused = (request: string) => respond(request, '403 Forbidden')
      expect(await lookUp(() => [], '403 Forbidden')).toBe('unknown')
      FakeWebSocket.answer = (request) => (contact.test(request) ? registrar(request) : refused(request))
      await clock.advance(239_999)
      for (let look = 2; look <= 5; look++) expect(await link.lookUp(1000)).toBe('unknown')
      expect(refreshes()).toBe(0)
      await clock.advance(1)
      expect(await link.lookUp(1000)).toBe('this')
      expect(await link.lookUp(1000)).toBe('unknown')
      expect(refreshes()).toBe(1)
    })

    it('takes one look in vain for no reason to refresh', async () => {
      expect(await lookUp(() => [here()])).toBe('this')
      await clock.advance(240_000)
      FakeWebSocket.answer = (request) => respond(request, '503 Service Unavailable')
      expect(await link.lookUp(1000)).toBe('unknown')
      expect(await link.lookUp(1000)).toBe('unknown')
      expect(requests('REGISTER').filter(({ text }) => contact.test(text))).toHaveLength(1)
    })
  })

  it('keeps a ringing call when its socket is cut, and refuses it on the next one', async () => {
    const socket = await ringing()
    socket.cut()
    await settle()
    expect(events.at(-1)).toEqual({ type: 'socketClosed' })
    expect(events.some(({ type }) => type === 'ended')).toBe(false)
    await link.connect()
    await link.hangUp(ringingId())
    await settle()
    const last = responses().at(-1)
    expect(last?.text).toMatch(/^SIP\/2.0 603/)
    expect(last?.socket).not.toBe(socket)
    expect(events.at(-1)).toEqual({ type: 'ended', callId: ringingId(), reason: 'hungUp' })
  })

  it('ends a ringing call by its CANCEL, and says when a colleague took it', async () => {
    const socket = await ringing()
    const invite = inviteTo('sip:x@y.invalid')
    const cancel = invite
      .replaceAll('INVITE', 'CANCEL')
      .replace('Content-Length', 'Reason: Q.850;cause=26;text="Answered elsewhere"\r\nContent-Length')
      .replace('sip:x@y.invalid', /^Contact: <(.*?)>/im.exec(requests('REGISTER')[0]?.text ?? '')?.[1] ?? '')
    socket.receive(cancel)
    await settle()
    expect(events.at(-1)).toEqual({ type: 'ended', callId: ringingId(), reason: 'answeredElsewhere' })
  })

  it('cancels a dialled call that was given up without a socket, once there is one again', async () => {
    const socket = await dialled()
    socket.cut()
    await settle()
    await link.hangUp('out-1')
    expect(events.at(-1)).toEqual({ type: 'ended', callId: 'out-1', reason: 'hungUp' })
    expect(requests('CANCEL')).toEqual([])
    await link.connect()
    await settle()
    expect(requests('CANCEL')).toHaveLength(1)
    expect(requests('CANCEL')[0]?.socket).not.toBe(socket)
  })

  it('refuses and cancels in the moment it is asked to: a page that goes has no other', async () => {
    await ringing()
    void link.reject(ringingId(), 480)
    expect(responses().at(-1)?.text).toMatch(/^SIP\/2\.0 480/)
    await link.stop()
    link = newLink()
    FakeWebSocket.reset()
    events.length = 0
    await dialled()
    void link.hangUp('out-1')
    expect(requests('CANCEL')).toHaveLength(1)
  })

  it('rejects what is asked of a call it does not have: a throw would keep what goes after it from leaving', async () => {
    const refusals = [
      link.accept('none', new FakeStream()),
      link.reject('none', 480),
      link.hold('none'),
      link.unhold('none'),
      link.refresh('none'),
      link.dtmf('none', '1', 'info'),
      link.refer('none', '600'),
      link.referReplaces('none', 'other'),
      link.replaceMicrophone('none', new FakeStream()),
    ]
    for (const refused of refusals) await expect(refused).rejects.toThrow('No such call')
  })

  it('plays tones once the voice has a way: before, they would go nowhere without a word', async () => {
    FakePeerConnection.carries = false
    await dialled()
    FakeWebSocket.answer = (request) => (request.startsWith('BYE') ? respond(request, '200 OK') : null)
    const [invite] = requests('INVITE')
    FakeWebSocket.opened.at(-1)?.receive(accept(invite?.text ?? ''))
    await settle()
    const connection = FakePeerConnection.latest
    const playing = [link.dtmf('out-1', '1', 'rfc4733'), link.dtmf('out-1', '2', 'rfc4733')]
    await settle()
    expect(connection?.tones).toEqual([])
    connection?.becomes('connecting')
    connection?.becomes('connected')
    await Promise.all(playing)
    expect(connection?.tones).toEqual(['1', '2'])
    connection?.becomes('failed')
    await expect(link.dtmf('out-1', '3', 'rfc4733')).rejects.toThrow('No way for tones')
    expect(connection?.tones).toEqual(['1', '2'])
  })

  it('gives up a dialled call whose socket was cut: nobody could tell whether it was answered', async () => {
    const socket = await dialled()
    socket.cut()
    await settle()
    expect(events.at(-1)).toEqual({ type: 'socketClosed' })
    await link.connect()
    await settle()
    expect(events.at(-1)).toEqual({ type: 'ended', callId: 'out-1', reason: 'failed' })
    expect(requests('CANCEL')).toHaveLength(1)
  })

  it('takes a new way to register when an answer never came', async () => {
    await link.connect()
    expect(await link.register(10)).toEqual({ ok: false, status: 0, retryAfterMs: null })
    FakeWebSocket.answer = registrar
    expect(await link.register(1000)).toEqual({ ok: true })
  })

  it('tells a silent socket from one that carries', async () => {
    await link.connect()
    expect(await link.probe(10)).toBe(false)
    FakeWebSocket.answer = (request) => respond(request, '404 Not Found')
    expect(await link.probe(1000)).toBe(true)
  })

  it('gives a socket up without taking its end for news', async () => {
    await link.connect()
    const [first] = FakeWebSocket.opened
    await link.connect()
    first?.cut()
    await settle()
    expect(FakeWebSocket.opened).toHaveLength(2)
    expect(events).toEqual([])
  })
})
