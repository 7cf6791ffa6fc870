import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  contractVersion,
  livePath,
  type Route,
  routes,
  WallboardMessage,
  type WallboardSettings,
  wallboardLivePath,
} from '../contract/index.ts'
import { sessionCookie } from './auth.ts'
import { type Fixture, startFixture } from './fixture.ts'

const settings: WallboardSettings = {
  ...{ name: 'Hall', queues: null, pages: ['overview'], secondsPerPage: 15 },
  ...{ language: 'ru', theme: 'dark', expiresAtMs: null },
}

let server: Fixture
let host: string
let token: string
let id: string
let sockets: WebSocket[]
beforeEach(async () => {
  server = await startFixture()
  await server.app.listen({ host: '127.0.0.1', port: 0 })
  const address = server.app.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  host = `127.0.0.1:${address.port}`
  const made = await server.wallboards.links.create(server.people.supervisor, settings)
  token = made.token
  id = made.id
  sockets = []
})
afterEach(async () => {
  for (const socket of sockets) socket.terminate()
  await server.stop()
})

/** What came, the text of each message with it. */
async function open(path: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://${host}${path}`, { headers })
  sockets.push(socket)
  const waiting: ((text: string) => void)[] = []
  const texts: string[] = []
  socket.on('message', (data) => {
    const waiter = waiting.shift()
    if (waiter) waiter(String(data))
    else texts.push(String(data))
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await once(socket, 'open')
  const nextText = () => {
    const text = texts.shift()
    return text === undefined ? new Promise<string>((resolve) => waiting.push(resolve)) : Promise.resolve(text)
  }
  return {
    closed,
    next: async () => WallboardMessage.parse(JSON.parse(await nextText())),
    say: (message: object) => socket.send(JSON.stringify(message)),
  }
}
const auth = (shown: string | null) => ({ type: 'auth', token: shown, contractVersion })
const refused = { type: 'bye', reason: 'unauthenticated' }

async function screen() {
  const client = await open(wallboardLivePath)
  client.say(auth(token))
  expect(await client.next()).toMatchObject({ type: 'hello' })
  expect(await client.next()).toMatchObject({ type: 'snapshot', seq: 0, view: { screen: { name: 'Hall' } } })
  return client
}

describe('a wallboard’s link', () => {
  it('opens its figures, without a session', async () => {
    const client = await screen()
    client.say({ type: 'ping', id: 3 })
    expect(await client.next()).toMatchObject({ type: 'pong', id: 3 })
    expect(server.wallboards.screens.screensOf(id)).toBe(1)
  })

  it('opens no live view of people', async () => {
    const client = await open(livePath)
    client.say(auth(token))
    expect(await client.next()).toEqual(refused)
    expect(await client.closed).toBe(4401)
    const asCookie = await open(livePath, { cookie: `${sessionCookie}=${token}`, origin: `http://${host}` })
    asCookie.say(auth(null))
    expect(await asCookie.next()).toEqual(refused)
  })

  it('opens no route', async () => {
    const closed = Object.entries<Route>(routes).filter(([, { access }]) => access !== 'public')
    for (const [name, { method, path }] of closed) {
      const url = path.replace(/:\w+/g, 'x')
      const bearer = await server.app.inject({ method, url, headers: { authorization: `Bearer ${token}` } })
      const cookie = await server.app.inject({ method, url, headers: { cookie: `${sessionCookie}=${token}` } })
      expect([name, bearer.statusCode, cookie.statusCode]).toEqual([name, 401, 401])
    }
  })

  it.each([
    { type: 'command', name: 'pause' },
    { type: 'auth', token: null, contractVersion },
    { type: 'spy', operatorId: 'x' },
  ])('takes no %o', async (message) => {
    const client = await screen()
    client.say(message)
    expect(await client.closed).toBe(4400)
  })

  it('is cut at once when it is revoked, and opens nothing afterwards', async () => {
    const client = await screen()
    await server.wallboards.links.revoke(server.people.supervisor, id)
    expect(await client.next()).toEqual(refused)
    expect(await client.closed).toBe(4401)
    const again = await open(wallboardLivePath)
    again.say(auth(token))
    expect(await again.next()).toEqual(refused)
  })

  it('is not heard of in the log', async () => {
    await screen()
    await server.app.inject(`/wallboard/?x=1`)
    expect(server.logLines.join('')).not.toContain(token.slice(9))
  })
})

describe('everybody else', () => {
  it.each(['operator', 'supervisor', 'administrator'] as const)('a session of %s opens no wallboard', async (role) => {
    const client = await open(wallboardLivePath)
    client.say(auth(server.tokens[role]))
    expect(await client.next()).toEqual(refused)
    const asCookie = await open(wallboardLivePath, {
      cookie: `${sessionCookie}=${server.tokens[role]}`,
      origin: `http://${host}`,
    })
    asCookie.say(auth(null))
    expect(await asCookie.next()).toEqual(refused)
  })

  it('a page of another site does not get in with a link', async () => {
    const socket = new WebSocket(`ws://${host}${wallboardLivePath}`, { headers: { origin: 'https://evil.test' } })
    sockets.push(socket)
    const [error] = await once(socket, 'error')
    expect(String(error)).toContain('403')
  })
})
