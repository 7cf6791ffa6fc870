import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { contractVersion, type LiveChange, livePath, ServerMessage } from '../contract/index.ts'
import { sessionCookie } from './auth.ts'
import { type Fixture, startFixture } from './fixture.ts'
import { authDeadlineMs } from './live-connection.ts'

let server: Fixture
let url: string
let host: string
let sockets: WebSocket[]
beforeEach(async () => {
  server = await startFixture()
  await server.app.listen({ host: '127.0.0.1', port: 0 })
  const address = server.app.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  host = `127.0.0.1:${address.port}`
  url = `ws://${host}${livePath}`
  sockets = []
})
afterEach(async () => {
  for (const socket of sockets) socket.terminate()
  await server.stop()
})

const queueGone = (number: string): LiveChange => ({ kind: 'queueGone', number })

/** A client that keeps what it gets, each message checked against the contract. */
class Client {
  readonly socket: WebSocket
  readonly closed: Promise<number>
  readonly #waiting: ((message: ServerMessage) => void)[] = []
  readonly #messages: ServerMessage[] = []
  constructor(headers: Record<string, string>) {
    this.socket = new WebSocket(url, { headers })
    sockets.push(this.socket)
    this.closed = new Promise((resolve) => this.socket.once('close', resolve))
    this.socket.on('message', (data) => {
      const message = ServerMessage.parse(JSON.parse(String(data)))
      const waiter = this.#waiting.shift()
      if (waiter) waiter(message)
      else this.#messages.push(message)
    })
  }
  next(): Promise<ServerMessage> {
    const message = this.#messages.shift()
    return message ? Promise.resolve(message) : new Promise((resolve) => this.#waiting.push(resolve))
  }
  send(message: unknown): void {
    this.socket.send(JSON.stringify(message))
  }
}

async function open(headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client(headers)
  await once(client.socket, 'open')
  return client
}
async function reader(role: 'operator' | 'supervisor' | 'administrator' = 'operator'): Promise<Client> {
  const client = await open()
  client.send({ type: 'auth', token: server.tokens[role], contractVersion })
  expect(await client.next()).toMatchObject({ type: 'hello', contractVersion, serverTimeMs: server.clock.nowMs() })
  expect(await client.next()).toMatchObject({ type: 'snapshot', seq: 0 })
  return client
}

describe('who gets in', () => {
  it('a token, or the cookie of our own page', async () => {
    await reader()
    const browser = await open({ cookie: `${sessionCookie}=${server.tokens.operator}`, origin: `http://${host}` })
    browser.send({ type: 'auth', token: null, contractVersion })
    expect((await browser.next()).type).toBe('hello')
  })

  it.each([
    ['a wrong token', { type: 'auth', token: 'wrong', contractVersion }],
    ['no token and no cookie', { type: 'auth', token: null, contractVersion }],
  ])('not %s', async (_, message) => {
    const client = await open()
    client.send(message)
    expect(await client.next()).toEqual({ type: 'bye', reason: 'unauthenticated' })
    expect(await client.closed).toBe(4401)
    expect(server.board.readers).toBe(0)
  })

  it('not somebody who says nothing for five seconds', async () => {
    const client = await open()
    // An answered request shows that the server has taken the socket too.
    await server.app.inject('/api/health')
    server.clock.advance(authDeadlineMs)
    expect(await client.next()).toEqual({ type: 'bye', reason: 'tooSlow' })
    expect(await client.closed).toBe(4408)
  })

  it.each(['{"type":"resync"}', '{"type":"ping","id":1}', 'no json', '{"type":"auth"}'])(
    'not %s as the first word',
    async (text) => {
      const client = await open()
      client.socket.send(text)
      expect(await client.closed).toBe(4400)
    },
  )

  it('not a page of another site, even with the cookie', async () => {
    const client = new Client({ cookie: `${sessionCookie}=${server.tokens.operator}`, origin: 'https://evil.test' })
    const [error] = await once(client.socket, 'error')
    expect(String(error)).toContain('403')
  })

  it('the cookie does not speak for a client that is no page', async () => {
    const client = await open({ cookie: `${sessionCookie}=${server.tokens.operator}` })
    client.send({ type: 'auth', token: null, contractVersion })
    expect(await client.next()).toEqual({ type: 'bye', reason: 'unauthenticated' })
  })

  it('plain HTTP gets a clear answer', async () => {
    const answer = await server.app.inject(livePath)
    expect(answer.statusCode).toBe(404)
  })
})

describe('what a reader gets', () => {
  it('numbered deltas, one a turn of the event loop', async () => {
    const client = await reader()
    server.board.tell(queueGone('1'))
    server.board.tell(queueGone('2'), queueGone('3'))
    expect(await client.next()).toEqual({
      type: 'delta',
      seq: 1,
      changes: [queueGone('1'), queueGone('2'), queueGone('3')],
    })
    server.board.tell(queueGone('4'))
    expect(await client.next()).toEqual({ type: 'delta', seq: 2, changes: [queueGone('4')] })
  })

  it('a snapshot that goes on with the numbers, on request', async () => {
    const client = await reader()
    server.board.tell(queueGone('1'))
    expect(await client.next()).toMatchObject({ type: 'delta', seq: 1 })
    client.send({ type: 'resync' })
    expect(await client.next()).toMatchObject({ type: 'snapshot', seq: 1 })
    server.board.tell(queueGone('2'))
    expect(await client.next()).toMatchObject({ type: 'delta', seq: 2 })
  })

  it('only what the board lets this person see', async () => {
    server.board.filter = (user, changes) => (user.role === 'operator' ? changes.slice(0, 1) : changes)
    const view = server.board.viewFor
    server.board.viewFor = (user) => ({ ...view(user), queues: [{ number: user.id, name: '', waiting: [], free: 0, online: 0 }] })
    const [operator, supervisor] = [await reader('operator'), await reader('supervisor')]
    server.board.tell(queueGone('1'), queueGone('2'))
    expect(await operator.next()).toMatchObject({ changes: [queueGone('1')] })
    expect(await supervisor.next()).toMatchObject({ changes: [queueGone('1'), queueGone('2')] })
    supervisor.send({ type: 'resync' })
    expect(await supervisor.next()).toMatchObject({ view: { queues: [{ number: server.people.supervisor.id }] } })
  })

  it('the server time with each ping', async () => {
    const client = await reader()
    server.clock.advance(1_234)
    client.send({ type: 'ping', id: 7 })
    expect(await client.next()).toEqual({ type: 'pong', id: 7, serverTimeMs: server.clock.nowMs() })
  })
})

describe('a reader that does not read', () => {
  it('is let go, keeps nobody waiting and nothing in memory, and comes back to a snapshot', async () => {
    const [slow, other] = [await reader('operator'), await reader('supervisor')]
    slow.socket.pause()
    const long = queueGone('x'.repeat(256 * 1_024))
    // The kernel takes some megabytes for a reader that is away; after that the server keeps one more at most.
    for (let seq = 1; server.board.readers === 2; seq++) {
      server.board.tell(long)
      expect(await other.next()).toMatchObject({ type: 'delta', seq })
      if (seq > 400) throw new Error('a reader is being written to without end')
    }
    slow.socket.terminate()
    const again = await reader('operator')
    server.board.tell(queueGone('1'))
    expect(await again.next()).toEqual({ type: 'delta', seq: 1, changes: [queueGone('1')] })
  })
})

describe('when it ends', () => {
  const byes = async (client: Client, reason: string, code: number) => {
    expect(await client.next()).toEqual({ type: 'bye', reason })
    expect(await client.closed).toBe(code)
  }

  it('with sign-out, for this session alone', async () => {
    const [leaving, staying] = [await reader('operator'), await reader('supervisor')]
    await server.app.inject({
      method: 'DELETE',
      url: '/api/session',
      headers: { authorization: `Bearer ${server.tokens.operator}` },
    })
    await byes(leaving, 'unauthenticated', 4401)
    server.board.tell(queueGone('1'))
    expect(await staying.next()).toMatchObject({ type: 'delta' })
    expect(server.board.readers).toBe(1)
  })

  it.each([{ active: false }, { role: 'supervisor' as const }, { password: 'another password' }])('with %o', async (changes) => {
    const client = await reader()
    await server.users.update(server.people.operator.id, changes)
    await byes(client, 'unauthenticated', 4401)
  })

  it('not with a new name', async () => {
    const client = await reader()
    await server.users.update(server.people.operator.id, { name: 'New' })
    server.board.tell(queueGone('1'))
    expect(await client.next()).toMatchObject({ type: 'delta' })
  })

  it('with the server', async () => {
    const client = await reader()
    const closing = server.app.close()
    await byes(client, 'serverStopping', 1001)
    await closing
  })

  it('with a message that is too long', async () => {
    const client = await reader()
    client.socket.send('x'.repeat(20_000))
    expect(await client.closed).toBe(1009)
  })
})
