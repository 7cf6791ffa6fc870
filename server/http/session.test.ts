import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sessionLengthMs } from '../accounts/index.ts'
import { sessionCookie } from './auth.ts'
import { type Fixture, password, startFixture } from './fixture.ts'

let server: Fixture
beforeEach(async () => {
  server = await startFixture()
})
afterEach(() => server.stop())

const dayMs = 86_400_000
const own = { origin: 'http://localhost', host: 'localhost' }
const signIn = (body: Record<string, unknown>, headers: Record<string, string> = own) =>
  server.app.inject({ method: 'POST', url: '/api/session', headers, payload: { password, ...body } })
const session = (headers: Record<string, string>) => server.app.inject({ url: '/api/session', headers })

describe('a browser session', () => {
  it('begins with a cookie that no script can read and no other site can send, and ends with sign-out', async () => {
    const answer = await signIn({ email: 'Operator@Test.CallSync' })
    expect(answer.json()).toMatchObject({ token: null, demo: true, user: { role: 'operator', extension: '1001' } })
    const [cookie] = answer.cookies
    expect(cookie).toMatchObject({ name: sessionCookie, httpOnly: true, sameSite: 'Strict', path: '/', maxAge: 30 * 86_400 })
    expect(cookie?.secure).toBeUndefined()
    const headers = { cookie: `${sessionCookie}=${cookie?.value}`, ...own }
    // The phone reads numbers without a country as the server does.
    expect((await session(headers)).json()).toMatchObject({ user: { extension: '1001' }, phoneRegion: 'KZ' })

    const out = await server.app.inject({ method: 'DELETE', url: '/api/session', headers })
    expect(out.cookies[0]).toMatchObject({ name: sessionCookie, value: '' })
    expect((await session(headers)).statusCode).toBe(401)
  })

  it('never stores the token itself', async () => {
    const { token } = (await signIn({ email: 'operator@test.callsync', host: 'desktop' })).json()
    const rows = await server.store.db.selectFrom('sessions').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('ends 30 days after its last use', async () => {
    const { token } = (await signIn({ email: 'operator@test.callsync', host: 'desktop' })).json()
    const headers = { authorization: `Bearer ${token}` }
    server.clock.advance(sessionLengthMs - dayMs)
    expect((await session(headers)).statusCode).toBe(200)
    server.clock.advance(sessionLengthMs - 1)
    expect((await session(headers)).statusCode).toBe(200)
    server.clock.advance(sessionLengthMs)
    expect((await session(headers)).statusCode).toBe(401)
  })

  it('gives the cookie its new age when the end moves', async () => {
    const cookie = { cookie: `${sessionCookie}=${server.tokens.operator}` }
    expect((await session(cookie)).cookies).toEqual([])
    server.clock.advance(2 * dayMs)
    expect((await session(cookie)).cookies[0]).toMatchObject({ name: sessionCookie, maxAge: 30 * 86_400 })
  })
})

describe('guessing a password', () => {
  it('looks the same for a wrong e-mail, a wrong password and a deactivated person', async () => {
    await server.users.update(server.people.supervisor.id, { active: false })
    const answers = await Promise.all([
      signIn({ email: 'nobody@test.callsync' }),
      signIn({ email: 'operator@test.callsync', password: 'wrong' }),
      signIn({ email: 'supervisor@test.callsync' }),
    ])
    expect(answers.map((answer) => answer.statusCode)).toEqual([401, 401, 401])
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1)
    expect(answers[0]?.json().error.code).toBe('wrongCredentials')
  })

  it('is slowed down, and a success ends that', async () => {
    const wrong = { email: 'operator@test.callsync', password: 'wrong' }
    for (let i = 0; i < 6; i++) expect((await signIn(wrong)).statusCode).toBe(401)
    const refused = await signIn({ email: 'operator@test.callsync' })
    expect(refused.statusCode).toBe(429)
    expect(refused.json().error).toMatchObject({ code: 'tooManyAttempts', retryAfterMs: 1_000 })
    expect(refused.headers['retry-after']).toBe('1')
    expect((await signIn({ email: 'supervisor@test.callsync' })).statusCode).toBe(200)
    server.clock.advance(1_000)
    expect((await signIn({ email: 'operator@test.callsync' })).statusCode).toBe(200)
    expect((await signIn(wrong)).statusCode).toBe(401)
  })
})

it('does not log who signs in or with what', async () => {
  await signIn({ email: 'operator@test.callsync' })
  await signIn({ email: 'nobody@test.callsync', password: 'guess-guess' })
  await server.app.inject({
    url: '/api/customers?search=79161234567',
    headers: { authorization: `Bearer ${server.tokens.operator}` },
  })
  const log = server.logLines.join('')
  expect(log).toContain('"route":"/api/customers"')
  for (const secret of ['operator@test', 'nobody@test', password, 'guess-guess', '79161234567', server.tokens.operator]) {
    expect(log).not.toContain(secret)
  }
})
