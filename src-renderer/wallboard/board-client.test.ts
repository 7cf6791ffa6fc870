import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { contractVersion } from '../../server/contract/live-wire.ts'
import type { WallboardMessage } from '../../server/contract/wallboard-view.ts'
import type { LiveSocketEvents } from '../app/live/live-link.ts'
import { BoardClient, expiredRetryMs, refusedRetryMs } from './board-client.ts'
import type { BoardState } from './board-store.ts'
import { boardOf, figures } from './testing.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp() {
  const sockets: { events: LiveSocketEvents; sent: unknown[] }[] = []
  let state: BoardState = { connection: 'connecting', view: null, heardAtMs: null, clockOffsetMs: 0 }
  let outdated = 0
  const client = new BoardClient({
    token: 'the-token',
    openSocket: (events) => {
      const socket = { events, sent: [] as unknown[] }
      sockets.push(socket)
      return { send: (text) => socket.sent.push(JSON.parse(text)), close: () => undefined }
    },
    now: () => Date.now(),
    random: () => 1,
    read: () => state,
    update: (change) => {
      state = { ...state, ...change }
    },
    onOutdated: () => {
      outdated += 1
    },
  })
  const last = () => {
    const socket = sockets.at(-1)
    if (!socket) throw new Error('no socket')
    return socket
  }
  const say = (message: WallboardMessage) => last().events.received(JSON.stringify(message))
  const goLive = () => {
    last().events.opened()
    say({ type: 'hello', contractVersion, serverTimeMs: Date.now() + 5_000 })
    say({ type: 'snapshot', seq: 4, view: boardOf(['701']) })
  }
  client.start()
  return { client, sockets, last, say, goLive, state: () => state, outdated: () => outdated }
}

describe('BoardClient', () => {
  it('shows its token, then the figures as they change', () => {
    const t = setUp()
    t.goLive()
    expect(t.last().sent).toEqual([{ type: 'auth', token: 'the-token', contractVersion }])
    t.say({ type: 'delta', seq: 5, changes: [{ kind: 'total', total: figures({ waiting: 2 }) }] })
    expect(t.state()).toMatchObject({ connection: 'open', clockOffsetMs: 5_000, view: { total: { waiting: 2 } } })
  })

  it('says how old the figures are while nobody tells of them', () => {
    const t = setUp()
    t.goLive()
    const heardMs = Date.now() + 5_000
    expect(t.state().heardAtMs).toBe(heardMs)
    t.last().events.closed()
    vi.advanceTimersByTime(60_000)
    expect(t.state()).toMatchObject({ connection: 'lost', heardAtMs: heardMs })
    expect(t.state().view).not.toBeNull()
  })

  it('tries for ever, and is live again by itself', () => {
    const t = setUp()
    t.goLive()
    for (let hours = 0; hours < 24; hours++) {
      vi.advanceTimersByTime(3_600_000)
      t.last().events.closed()
    }
    expect(t.sockets.length).toBeGreaterThan(24 * 100)
    vi.advanceTimersByTime(15_000)
    t.goLive()
    expect(t.state().connection).toBe('open')
  })

  it('blanks when the link was taken away, and asks again a day later', () => {
    const t = setUp()
    t.goLive()
    t.say({ type: 'bye', reason: 'unauthenticated' })
    expect(t.state()).toMatchObject({ connection: 'refused', view: null })
    const asked = t.sockets.length
    vi.advanceTimersByTime(refusedRetryMs - 1)
    expect(t.sockets).toHaveLength(asked)
    vi.advanceTimersByTime(1)
    expect(t.sockets).toHaveLength(asked + 1)
    // A server that does not answer then says nothing new of the link.
    t.last().events.closed()
    expect(t.state().connection).toBe('refused')
  })

  it('waits when there are too many screens', () => {
    const t = setUp()
    t.last().events.opened()
    t.say({ type: 'bye', reason: 'busy' })
    expect(t.state().connection).toBe('busy')
    vi.advanceTimersByTime(14_999)
    expect(t.sockets).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(t.sockets).toHaveLength(2)
    // Somebody would look for a cable while the server answers, and at the server while there is no network.
    t.last().events.closed()
    expect(t.state().connection).toBe('lost')
  })

  it('blanks when the time of the link is over, and is live again by itself once it has a new end', () => {
    const t = setUp()
    t.goLive()
    t.say({ type: 'bye', reason: 'expired' })
    expect(t.state()).toMatchObject({ connection: 'expired', view: null })
    vi.advanceTimersByTime(expiredRetryMs - 1)
    expect(t.sockets).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(t.sockets).toHaveLength(2)
    t.say({ type: 'bye', reason: 'expired' })
    // Somebody comes to the screen to see.
    t.client.wake()
    expect(t.sockets).toHaveLength(3)
    t.goLive()
    expect(t.state().connection).toBe('open')
    vi.advanceTimersByTime(1_000)
    expect(t.sockets).toHaveLength(3)
  })

  it('asks to be loaded anew by a server of another version', () => {
    const t = setUp()
    t.last().events.opened()
    t.say({ type: 'hello', contractVersion: contractVersion + 1, serverTimeMs: 0 })
    expect(t.outdated()).toBe(1)
  })

  it('leaves nothing running when it is stopped', () => {
    const t = setUp()
    t.goLive()
    t.client.stop()
    expect(vi.getTimerCount()).toBe(0)
    const refused = setUp()
    refused.say({ type: 'bye', reason: 'unauthenticated' })
    refused.client.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
