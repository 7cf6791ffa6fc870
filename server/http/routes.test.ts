import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Role, type Route, routes } from '../contract/index.ts'
import { TelephonyError } from '../telephony/index.ts'
import { demoPbx, type Fixture, type FixtureOptions, startFixture } from './fixture.ts'
import { mountRoutes } from './mount-routes.ts'
import { Origins } from './origins.ts'

let server: Fixture
const start = async (options: FixtureOptions = {}) => {
  server = await startFixture(options)
}
afterEach(() => server.stop())

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
const call = (role: Role, method: Method, url: string, payload?: object | string) =>
  server.app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${server.tokens[role]}`,
      ...(payload !== undefined && { 'content-type': 'application/json' }),
    },
    ...(payload !== undefined && { payload }),
  })

describe('input', () => {
  beforeEach(() => start())

  it.each<[string, Method, string, object | string, object]>([
    ['a field that breaks a rule', 'POST', '/api/users', { email: 'no', name: '', role: 'king', password: 'x' }, { role: /./ }],
    ['a query that is no number', 'GET', '/api/cards?limit=many', '', { limit: /./ }],
    ['no body', 'PUT', '/api/phone/status', '', {}],
    ['a body that is no JSON', 'PUT', '/api/phone/status', '{"paused":', {}],
  ])('%s is refused and named', async (_, method, url, payload, fields) => {
    const answer = await call('administrator', method, url, payload === '' ? undefined : payload)
    expect(answer.statusCode).toBe(400)
    const { error } = answer.json()
    expect(error.code).toBe('invalidInput')
    for (const field of Object.keys(fields)) expect(error.fields).toHaveProperty(field)
  })

  it('is the handler’s only after it was cleaned', async () => {
    const answer = await call('administrator', 'PUT', '/api/settings/queues/701', { name: '  Sa\0les  ', evil: true })
    expect(answer.json()).toEqual({ number: '701', name: 'Sales' })
  })

  it('that is too large is refused', async () => {
    const answer = await call('administrator', 'PUT', '/api/settings/queues/701', { name: 'x'.repeat(300_000) })
    expect(answer.statusCode).toBe(400)
  })

  it('to no address of ours gets the same envelope', async () => {
    const answer = await call('operator', 'GET', '/api/nothing')
    expect(answer.statusCode).toBe(404)
    expect(answer.json().error.code).toBe('notFound')
  })
})

describe('output', () => {
  it('loses what the contract does not know', async () => {
    const customer = { id: '1', name: 'A', phones: [], address: '', notes: '', tag: null, version: 1, password_hash: 'leak' }
    await start({ handlers: { customer: () => ({ customer, contacts: [] }) } })
    const answer = await call('operator', 'GET', '/api/customers/1')
    expect(answer.statusCode).toBe(200)
    expect(answer.body).not.toContain('leak')
  })

  it('that breaks the contract does not leave', async () => {
    const customer = { id: '1', name: 'A', phones: ['secret-part'], address: '', notes: '', tag: null }
    // @ts-expect-error the types refuse it too
    await start({ handlers: { customer: () => ({ customer: { ...customer, name: 7 }, contacts: [] }) } })
    const answer = await call('operator', 'GET', '/api/customers/1')
    expect(answer.statusCode).toBe(500)
    expect(answer.json().error.code).toBe('internal')
    expect(answer.body).not.toContain('secret-part')
  })

  it('of something that nobody foresaw says nothing of the inside, and the log has it', async () => {
    await start({
      handlers: {
        card: () => {
          throw new Error('SELECT broke at /srv/inside')
        },
      },
    })
    const answer = await call('operator', 'GET', '/api/cards/1')
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toEqual({ error: { code: 'internal', message: 'the server failed; its log says why' } })
    expect(server.logLines.join('')).toContain('SELECT broke')
  })

  it.each([
    ['refused', 502, 'pbxRefused'],
    ['unavailable', 503, 'pbxUnavailable'],
    ['timedOut', 503, 'pbxUnavailable'],
  ] as const)('of Asterisk that is %s has a code', async (reason, status, code) => {
    await start({
      handlers: {
        card: () => {
          throw new TelephonyError(reason, 'Asterisk said so')
        },
      },
    })
    const answer = await call('operator', 'GET', '/api/cards/1')
    expect(answer.statusCode).toBe(status)
    expect(answer.json().error).toEqual({ code, message: 'Asterisk said so' })
  })
})

describe('the own phone', () => {
  it('has the demo PBX’s own password there, whatever was stored', async () => {
    await start()
    await server.users.update(server.people.operator.id, { sipPassword: 'from an older folder' })
    expect((await call('operator', 'GET', '/api/phone/account')).json()).toEqual({
      socketUrl: demoPbx.socketUrl,
      uri: 'sip:1001@pbx.test',
      username: '1001',
      password: 'sip-of-1001',
      displayName: 'operator',
      server: '1',
      echoNumber: '600',
      iceServers: [],
    })
  })

  it('has the stored password on an own PBX, and its host for a domain', async () => {
    await start()
    const own = { host: 'pbx.office', amiPort: 1, amiUser: 'a', socketUrl: 'wss://pbx.office/ws', sipDomain: '' }
    await server.connection.save({ ...own, iceServers: ['stun:s'], amiSecret: 'x' })
    const missing = await call('operator', 'GET', '/api/phone/account')
    expect(missing.json().error).toMatchObject({ code: 'notConfigured', fields: { sipPassword: 'required' } })
    await server.users.update(server.people.operator.id, { sipPassword: 'own' })
    expect((await call('operator', 'GET', '/api/phone/account')).json()).toMatchObject({
      uri: 'sip:1001@pbx.office',
      password: 'own',
      iceServers: [{ urls: 'stun:s' }],
      // Whoever has 600 there is not to be rung.
      echoNumber: null,
    })
    await server.connection.save({ ...own, iceServers: [], amiSecret: null, echoNumber: '*43' })
    expect((await call('operator', 'GET', '/api/phone/account')).json()).toMatchObject({ echoNumber: '*43' })
    const list = await call('administrator', 'GET', '/api/users')
    expect(list.body).not.toContain('"own"')
    expect((await call('administrator', 'GET', '/api/settings/connection')).json()).toMatchObject({
      hasSecret: true,
      source: 'saved',
    })
    expect((await call('operator', 'POST', '/api/demo/call', {})).json().error.code).toBe('notConfigured')
  })

  it('is the account of the Asterisk the phone is at, under its own name there', async () => {
    await start()
    const kazan = { host: 'kazan.office', amiPort: 5038, amiUser: 'a', socketUrl: 'wss://kazan.office/ws', sipDomain: '' }
    const body = { ...kazan, iceServers: [], amiSecret: 'x', name: 'Казань' }
    expect((await call('supervisor', 'POST', '/api/settings/servers', body)).statusCode).toBe(403)
    expect((await call('administrator', 'POST', '/api/settings/servers', body)).json()).toEqual({ id: '2' })
    const settings = await call('administrator', 'GET', '/api/settings/connection')
    expect(settings.json()).toMatchObject({ source: 'demo', others: [{ id: '2', name: 'Казань', connection: kazan }] })
    expect(settings.body).not.toContain('amiSecret')
    const change = { extension: '1001~2', sipPassword: 'there' }
    const path = `/api/users/${server.people.operator.id}`
    // `1001~1` would be the first one's 1001 a second time.
    for (const extension of ['1001~3', '1001~1'])
      expect((await call('administrator', 'PATCH', path, { extension })).json().error).toMatchObject({
        code: 'invalidInput',
        fields: { extension: expect.anything() },
      })
    expect((await call('administrator', 'PATCH', path, change)).statusCode).toBe(200)
    const account = await call('operator', 'GET', '/api/phone/account')
    expect(account.json()).toMatchObject({
      ...{ server: '2', uri: 'sip:1001@kazan.office', username: '1001', password: 'there', socketUrl: kazan.socketUrl },
    })
    expect((await call('supervisor', 'DELETE', '/api/settings/servers/2')).statusCode).toBe(403)
    expect((await call('administrator', 'DELETE', '/api/settings/servers/2')).statusCode).toBe(200)
    expect((await call('administrator', 'DELETE', '/api/settings/servers/1')).statusCode).toBe(404)
    // Who was bound to it stays so till somebody chooses; nobody new is.
    expect((await call('administrator', 'PATCH', path, { extension: '1001~2', name: 'Anna' })).statusCode).toBe(200)
    expect((await call('administrator', 'PATCH', path, { extension: '1005~2' })).statusCode).toBe(400)
    expect((await call('operator', 'GET', '/api/phone/account')).json().error).toMatchObject({
      fields: { connection: 'required' },
    })
  })

  it('loses a removed connection, which only an administrator removes', async () => {
    await start({ demo: null })
    const own = { host: 'pbx.office', amiPort: 1, amiUser: 'a', socketUrl: 'wss://pbx.office/ws', sipDomain: '' }
    await server.connection.save({ ...own, iceServers: [], amiSecret: 'x' })
    for (const role of ['operator', 'supervisor'] as const)
      expect((await call(role, 'DELETE', '/api/settings/connection')).statusCode).toBe(403)
    expect(server.connection.current()?.source).toBe('saved')
    expect((await call('administrator', 'DELETE', '/api/settings/connection')).statusCode).toBe(200)
    expect((await call('administrator', 'GET', '/api/settings/connection')).json()).toEqual({
      connection: null,
      hasSecret: false,
      source: 'none',
      name: '',
      others: [],
    })
  })

  it.each([
    ['no PBX', 'operator', { demo: null }, 'connection'],
    ['no extension', 'administrator', {}, 'extension'],
  ] as const)('is not configured with %s', async (_, role, options, field) => {
    await start(options)
    const answer = await call(role, 'GET', '/api/phone/account')
    expect(answer.statusCode).toBe(409)
    expect(answer.json().error).toMatchObject({ code: 'notConfigured', fields: { [field]: 'required' } })
  })

  it('pauses and unpauses in Asterisk, the own extension only', async () => {
    await start()
    await call('operator', 'PUT', '/api/phone/status', { paused: true, reason: 'lunch' })
    await call('operator', 'PUT', '/api/phone/status', { paused: false, reason: 'lunch' })
    expect(server.paused).toEqual([
      { endpoint: '1001', paused: true, reason: 'lunch' },
      { endpoint: '1001', paused: false, reason: null },
    ])
    expect((await call('administrator', 'PUT', '/api/phone/status', { paused: true, reason: null })).statusCode).toBe(409)
  })

  it('ends no wrap-up: a pause taken in it gives way to wrap-up’s own, until the card is saved', async () => {
    await start()
    const { id } = server.people.operator
    server.wrapUp.add(id)
    await call('operator', 'PUT', '/api/phone/status', { paused: true, reason: 'lunch' })
    await call('operator', 'PUT', '/api/phone/status', { paused: false, reason: null })
    server.wrapUp.delete(id)
    await call('operator', 'PUT', '/api/phone/status', { paused: false, reason: null })
    expect(server.paused.map(({ paused, reason }) => [paused, reason])).toEqual([
      [true, 'lunch'],
      [true, 'wrapup'],
      [false, null],
    ])
  })

  it('is called by a demo customer through a queue', async () => {
    await start()
    expect((await call('operator', 'POST', '/api/demo/call', { queue: '702' })).json()).toEqual({ number: '+74950000001' })
    expect((await call('operator', 'POST', '/api/demo/call', {})).statusCode).toBe(200)
    expect(server.originated.map((request) => request.exten)).toEqual(['702', '701'])
    expect((await call('operator', 'POST', '/api/demo/call', { queue: '999' })).json().error.code).toBe('notFound')
  })
})

describe('pages', () => {
  let staticDir: string
  beforeAll(() => {
    staticDir = mkdtempSync(join(tmpdir(), 'callsync-static-'))
    mkdirSync(join(staticDir, 'assets'))
    writeFileSync(join(staticDir, 'index.html'), '<!doctype html>app')
    writeFileSync(join(staticDir, 'assets', 'index-abc123.js'), 'run()')
  })
  afterAll(() => rmSync(staticDir, { recursive: true }))
  const get = (url: string) => server.app.inject(url)

  it('come for every address of the client, never from a cache', async () => {
    await start({ staticDir })
    for (const url of ['/', '/workplace', '/history?x=1']) {
      const answer = await get(url)
      expect(answer.body).toBe('<!doctype html>app')
      expect(answer.headers['cache-control']).toBe('no-cache')
    }
  })

  it('have hashed assets for ever, and a missing one is missing', async () => {
    await start({ staticDir })
    expect((await get('/assets/index-abc123.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await get('/assets/index-old.js')).statusCode).toBe(404)
    expect((await get('/../../etc/passwd.txt')).statusCode).toBe(404)
  })

  it('say how to build them', async () => {
    await start()
    const answer = await get('/')
    expect(answer.statusCode).toBe(503)
    expect(answer.body).toContain('npm run build')
  })

  it('may talk to this server and to the softphone socket in use, also after it changed', async () => {
    await start({ staticDir })
    const connectSrc = async () => /connect-src ([^;]+)/.exec(String((await get('/')).headers['content-security-policy']))?.[1]
    expect(await connectSrc()).toBe("'self' ws://127.0.0.1:18088")
    const own = { host: 'h', amiPort: 1, amiUser: 'a', sipDomain: '', iceServers: [], amiSecret: 'x' }
    await server.connection.save({ ...own, socketUrl: 'wss://pbx.office:8089/ws' })
    expect(await connectSrc()).toBe("'self' wss://pbx.office:8089")
    await call('administrator', 'DELETE', '/api/settings/connection')
    expect(await connectSrc()).toBe("'self' ws://127.0.0.1:18088")
    await server.connection.save({ ...own, socketUrl: 'wss://pbx;script-src/ws' })
    expect(await connectSrc()).toBe("'self' 'self'")
  })
})

describe('the API documentation', () => {
  it('lists every route with who may call it', async () => {
    await start()
    const document = (await server.app.inject('/api/docs/json')).json()
    const all: Route[] = Object.values(routes)
    for (const route of all) {
      const path = route.path.replace(/:(\w+)/g, '{$1}')
      const operation = document.paths[path]?.[route.method.toLowerCase()]
      expect(operation?.summary).toBe(route.summary)
      expect(operation?.description).toBe(
        route.access === 'public' ? 'Open to everybody.' : `Open to: ${route.access.join(', ')}.`,
      )
    }
    expect((await server.app.inject('/api/docs')).statusCode).toBe(200)
  })

  it('shows no other address', async () => {
    await start()
    const { paths } = (await server.app.inject('/api/docs/json')).json()
    const known = Object.values(routes).map((route) => route.path.replace(/:(\w+)/g, '{$1}'))
    expect(Object.keys(paths).sort()).toEqual([...new Set(known)].sort())
  })
})

it('a server with a route that nobody serves does not start', async () => {
  await start()
  const { sessions, users } = server
  const handlers = Object.fromEntries(Object.keys(routes).flatMap((name) => (name === 'card' ? [] : [[name, () => ({})]])))
  const app = Fastify()
  // @ts-expect-error the types refuse it too; this is what the check at run time is for
  expect(() => mountRoutes(app, { sessions, users, origins: new Origins([]), handlers })).toThrow(
    'routes without a handler: card',
  )
})
