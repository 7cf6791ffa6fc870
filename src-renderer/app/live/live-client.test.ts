import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { contractVersion, type ServerMessage } from '../../../server/contract/index.ts'
import { card, operator, view } from './fixtures.ts'
import { initialLiveState, type LiveState } from './live.ts'
import { LiveClient } from './live-client.ts'
import type { LiveSocketEvents } from './live-link.ts'

interface FakeSocket {
  events: LiveSocketEvents
  sent: unknown[]
  closed: boolean
}

function setUp(token: string | null = null, onCard: (id: string, state: () => LiveState) => void = () => undefined) {
  const sockets: FakeSocket[] = []
  const cards: string[] = []
  let state: LiveState = initialLiveState
  let signedOut = 0
  const client = new LiveClient({
    openSocket: (events) => {
      const socket: FakeSocket = { events, sent: [], closed: false }
      sockets.push(socket)
      return {
        send: (text) => socket.sent.push(JSON.parse(text)),
        close: () => {
          socket.closed = true
        },
      }
    },
    token: () => token,
    now: () => Date.now(),
    random: () => 1,
    read: () => state,
    update: (change) => {
      state = { ...state, ...change }
    },
    onCard: (changed) => {
      cards.push(changed.state)
      onCard(changed.id, () => state)
    },
    onUnauthenticated: () => {
      signedOut += 1
    },
  })
  const last = (): FakeSocket => {
    const socket = sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }
  const say = (message: ServerMessage) => last().events.received(JSON.stringify(message))
  const hello = (change: { contractVersion?: number; serverTimeMs?: number } = {}) =>
    say({ type: 'hello', contractVersion, serverTimeMs: Date.now(), ...change })
  const goLive = () => {
    last().events.opened()
    hello()
    say({ type: 'snapshot', seq: 1, view: view() })
  }
  return { client, sockets, cards, last, say, hello, goLive, state: () => state, signedOut: () => signedOut }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('LiveClient', () => {
  it('says who it is first, then shows the snapshot and the deltas', () => {
    const t = setUp('the-token')
    t.client.start()
    expect(t.state().connection).toBe('connecting')
    expect(t.last().sent).toEqual([])
    t.goLive()
    expect(t.last().sent).toEqual([{ type: 'auth', token: 'the-token', contractVersion }])
    expect(t.state().connection).toBe('open')
    expect(t.state().worklistChanges, 'lists that were asked for before anybody listened').toBe(1)
    t.say({ type: 'delta', seq: 2, changes: [{ kind: 'operator', operator: operator({ status: 'onCall' }) }] })
    expect(t.state().view?.operators[0]?.status).toBe('onCall')
  })

  it('tells of every card, the last message of a saved one too', () => {
    const t = setUp()
    t.client.start()
    t.goLive()
    t.say({ type: 'delta', seq: 2, changes: [{ kind: 'card', card: card() }] })
    t.say({ type: 'delta', seq: 3, changes: [{ kind: 'card', card: card({ state: 'saved' }) }] })
    expect(t.cards).toEqual(['ringing', 'saved'])
  })

  it('tells the end of a card before the card is missing in the view', () => {
    let shown: boolean | undefined
    const t = setUp(null, (id, state) => {
      shown = state().view?.cards.some((one) => one.id === id)
    })
    t.client.start()
    t.goLive()
    t.say({ type: 'delta', seq: 2, changes: [{ kind: 'card', card: card() }] })
    t.say({ type: 'delta', seq: 3, changes: [{ kind: 'card', card: card({ state: 'saved' }) }] })
    expect(shown).toBe(true)
    expect(t.state().view?.cards).toEqual([])
  })

  it('asks for a snapshot after a gap and ignores deltas until it comes', () => {
    const t = setUp()
    t.client.start()
    t.goLive()
    const before = t.state().view
    t.say({ type: 'delta', seq: 3, changes: [{ kind: 'operator', operator: operator({ status: 'paused' }) }] })
    t.say({ type: 'delta', seq: 4, changes: [{ kind: 'operator', operator: operator({ status: 'ringing' }) }] })
    expect(t.last().sent.at(-1)).toEqual({ type: 'resync' })
    expect(t.last().sent.filter((message) => JSON.stringify(message).includes('resync'))).toHaveLength(1)
    expect(t.state().view).toBe(before)
    t.say({ type: 'snapshot', seq: 9, view: view() })
    t.say({ type: 'delta', seq: 10, changes: [{ kind: 'operator', operator: operator({ status: 'offline' }) }] })
    expect(t.state().view?.operators[0]?.status).toBe('offline')
  })

  it('keeps the identity of what a new snapshot did not change', () => {
    const t = setUp()
    t.client.start()
    t.goLive()
    const before = t.state().view
    t.say({ type: 'snapshot', seq: 5, view: view() })
    expect(t.state().view).toBe(before)
  })

  it('gives up a socket that brings no snapshot in time', () => {
    const t = setUp()
    t.client.start()
    t.last().events.opened()
    vi.advanceTimersByTime(9_999)
    expect(t.last().closed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(t.last().closed).toBe(true)
    expect(t.state().connection).toBe('lost')
  })

  it('reconnects at once and often at first, then with growing pauses, keeps what it showed, and starts short again after success', () => {
    const t = setUp()
    t.client.start()
    t.goLive()
    t.last().events.closed()
    expect(t.state()).toMatchObject({ connection: 'lost', view: view() })
    for (const pause of [500, ...Array<number>(9).fill(800), 1600, 3200, 6400, 12_800, 15_000, 15_000]) {
      const opened = t.sockets.length
      vi.advanceTimersByTime(pause - 1)
      expect(t.sockets).toHaveLength(opened)
      vi.advanceTimersByTime(1)
      expect(t.sockets).toHaveLength(opened + 1)
      t.last().events.closed()
    }
    vi.advanceTimersByTime(15_000)
    t.goLive()
    expect(t.state().connection).toBe('open')
    vi.advanceTimersByTime(5_000)
    t.say({ type: 'pong', id: 1, serverTimeMs: Date.now() })
    t.last().events.closed()
    const opened = t.sockets.length
    vi.advanceTimersByTime(500)
    expect(t.sockets).toHaveLength(opened + 1)
  })

  it.each([
    { drops: 'with a word', drop: (t: ReturnType<typeof setUp>) => t.say({ type: 'bye', reason: 'tooSlow' }) },
    { drops: 'without one', drop: (t: ReturnType<typeof setUp>) => t.last().events.closed() },
  ])('does not storm a server that drops it after each snapshot, $drops', ({ drop }) => {
    const t = setUp()
    t.client.start()
    for (const pause of [500, 1600, 3200, 6400, 12_800, 15_000]) {
      t.goLive()
      drop(t)
      const opened = t.sockets.length
      vi.advanceTimersByTime(pause - 1)
      expect(t.sockets).toHaveLength(opened)
      vi.advanceTimersByTime(1)
      expect(t.sockets).toHaveLength(opened + 1)
    }
  })

  it('notices a link that died silently within 10 s', () => {
    const t = setUp()
    t.client.start()
    t.goLive()
    vi.advanceTimersByTime(5_000)
    expect(t.last().sent.at(-1)).toEqual({ type: 'ping', id: 1 })
    t.say({ type: 'pong', id: 1, serverTimeMs: Date.now() })
    vi.advanceTimersByTime(5_000)
    expect(t.state().connection).toBe('open')
    vi.advanceTimersByTime(5_000)
    expect(t.state().connection).toBe('lost')
  })

  it('does not take an old pong for the one it waits for', () => {
    const t = setUp()
    t.client.start()
    t.goLive()
    vi.advanceTimersByTime(5_000)
    t.say({ type: 'pong', id: 1, serverTimeMs: Date.now() })
    vi.advanceTimersByTime(5_000)
    t.say({ type: 'pong', id: 1, serverTimeMs: Date.now() })
    vi.advanceTimersByTime(5_000)
    expect(t.state().connection).toBe('lost')
  })

  it('tries at once when the network comes back', () => {
    const t = setUp()
    t.client.start()
    t.last().events.closed()
    expect(t.sockets).toHaveLength(1)
    t.client.wake()
    expect(t.sockets).toHaveLength(2)
    vi.advanceTimersByTime(500)
    expect(t.sockets).toHaveLength(2)
  })

  it('doubts an open connection when the computer wakes', () => {
    const t = setUp()
    t.client.start()
    t.goLive()
    t.client.wake()
    t.client.wake()
    expect(t.last().sent.filter((message) => JSON.stringify(message).includes('ping'))).toHaveLength(1)
    vi.advanceTimersByTime(5_000)
    expect(t.state().connection).toBe('lost')
  })

  it('measures the server clock, half of the way off, and ignores trembling', () => {
    const t = setUp()
    t.client.start()
    t.last().events.opened()
    t.hello({ serverTimeMs: Date.now() + 60_000 })
    expect(t.state().clockOffsetMs).toBe(60_000)
    t.say({ type: 'snapshot', seq: 1, view: view() })
    vi.advanceTimersByTime(5_000)
    vi.advanceTimersByTime(400)
    t.say({ type: 'pong', id: 1, serverTimeMs: Date.now() + 59_900 })
    expect(t.state().clockOffsetMs).toBe(60_000)
    vi.advanceTimersByTime(5_000)
    vi.advanceTimersByTime(400)
    t.say({ type: 'pong', id: 2, serverTimeMs: Date.now() + 10_000 })
    expect(t.state().clockOffsetMs).toBe(10_200)
  })

  it('says so when the server speaks another contract, asks again now and then, and goes on when they agree', () => {
    const t = setUp()
    t.client.start()
    t.last().events.opened()
    t.hello({ contractVersion: contractVersion + 1 })
    expect(t.state()).toMatchObject({ connection: 'lost', outdated: true, serverContract: contractVersion + 1 })
    expect(t.last().closed).toBe(true)
    vi.advanceTimersByTime(14_999)
    expect(t.sockets).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(t.sockets).toHaveLength(2)
    expect(t.state().outdated).toBe(true)
    t.goLive()
    expect(t.state()).toMatchObject({ connection: 'open', outdated: false, serverContract: null })
  })

  it('stops when the session is over, and goes on after start', () => {
    const t = setUp()
    t.client.start()
    t.goLive()
    t.say({ type: 'bye', reason: 'unauthenticated' })
    t.last().events.closed()
    vi.advanceTimersByTime(60_000)
    expect(t.signedOut()).toBe(1)
    expect(t.sockets).toHaveLength(1)
    t.client.start()
    t.goLive()
    expect(t.state().connection).toBe('open')
  })

  it.each(['serverStopping', 'tooSlow'] as const)('comes back to a snapshot after a bye of %s', (reason) => {
    const t = setUp()
    t.client.start()
    t.goLive()
    t.say({ type: 'bye', reason })
    expect(t.state().connection).toBe('lost')
    vi.advanceTimersByTime(500)
    expect(t.sockets).toHaveLength(2)
    expect(t.signedOut()).toBe(0)
    t.goLive()
    expect(t.state().connection).toBe('open')
  })

  it.each(['{', '{"type":"gossip"}', '{"type":"delta","seq":"2","changes":[]}'])('drops a connection that says %s', (text) => {
    const t = setUp()
    t.client.start()
    t.goLive()
    t.last().events.received(text)
    expect(t.last().closed).toBe(true)
    expect(t.state().connection).toBe('lost')
  })

  it('is quiet after stop, whatever a late socket says', () => {
    const t = setUp()
    t.client.start()
    t.goLive()
    const socket = t.last()
    t.client.stop()
    const before = t.state()
    socket.events.received(JSON.stringify({ type: 'delta', seq: 2, changes: [{ kind: 'callGone', id: 'x' }] }))
    socket.events.closed()
    t.client.wake()
    vi.advanceTimersByTime(60_000)
    expect(t.state()).toBe(before)
    expect(t.sockets).toHaveLength(1)
  })
})
