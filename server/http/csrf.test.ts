import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionCookie } from './auth.ts'
import { type Fixture, password, startFixture } from './fixture.ts'

let server: Fixture
beforeAll(async () => {
  server = await startFixture()
})
afterAll(() => server.stop())

const host = 'callsync.office:7420'
const nameQueue = (headers: Record<string, string>) =>
  server.app.inject({
    method: 'PUT',
    url: '/api/settings/queues/701',
    headers: { host, ...headers },
    payload: { name: 'Sales' },
  })
const cookie = () => ({ cookie: `${sessionCookie}=${server.tokens.administrator}` })

describe('a write with the session cookie', () => {
  it.each([
    ['the browser says it is the same origin', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:5173' }],
    ['it comes from our own page (plain http, no Sec-Fetch-Site)', { origin: `http://${host}` }],
    ['it comes from the desktop', { origin: 'app://callsync' }],
    ['it comes from a listed origin', { origin: 'https://crm.test' }],
  ])('is served when %s', async (_, headers) => {
    expect((await nameQueue({ ...cookie(), ...headers })).statusCode).toBe(200)
  })

  it.each([
    ['another site', { origin: 'https://evil.test' }],
    ['another site, as the browser itself says', { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }],
    ['another port of the same host', { origin: 'http://callsync.office:8080', 'sec-fetch-site': 'same-site' }],
    ['a sandboxed page', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['nowhere', {}],
  ])('is refused when it comes from %s', async (_, headers) => {
    const answer = await nameQueue({ ...cookie(), ...headers })
    expect(answer.statusCode).toBe(403)
    expect(answer.json().error.code).toBe('forbidden')
  })
})

it('reads with the cookie from anywhere: the browser keeps the answer from other sites', async () => {
  const answer = await server.app.inject({ url: '/api/session', headers: { host, ...cookie(), origin: 'https://evil.test' } })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
})

it('asks a bearer token for nothing more: another site does not have it', async () => {
  expect((await nameQueue({ authorization: `Bearer ${server.tokens.administrator}` })).statusCode).toBe(200)
})

describe('signing in', () => {
  const signIn = (headers: Record<string, string>) =>
    server.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { host, ...headers },
      payload: { email: 'operator@test.callsync', password },
    })
  it('from another site is refused: it could sign a person in as somebody else', async () => {
    const answer = await signIn({ origin: 'https://evil.test' })
    expect(answer.statusCode).toBe(403)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })
  it('from a script is served', async () => {
    expect((await signIn({})).statusCode).toBe(200)
  })
})

describe('CORS', () => {
  const preflight = (origin: string) =>
    server.app.inject({
      method: 'OPTIONS',
      url: '/api/cards/x/draft',
      headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization,content-type' },
    })
  it.each(['app://callsync', 'https://crm.test'])('lets %s in', async (origin) => {
    const answer = await preflight(origin)
    expect(answer.headers['access-control-allow-origin']).toBe(origin)
    expect(answer.headers['access-control-allow-methods']).toContain('PUT')
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
  })
  it('lets nobody else in', async () => {
    expect((await preflight('https://evil.test')).headers['access-control-allow-origin']).toBeUndefined()
  })
})
