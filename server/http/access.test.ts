import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ErrorBody, everyRole, type Route, routes } from '../contract/index.ts'
import { type Fixture, startFixture } from './fixture.ts'

let server: Fixture
beforeAll(async () => {
  server = await startFixture()
})
afterAll(() => server.stop())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const all: [string, Route][] = Object.entries(routes)
const request = async (route: Route, headers: Record<string, string>) => {
  const url = route.path.replace(/:\w+/g, 'x')
  const answer = await server.app.inject({ method: route.method, url, headers })
  const code = answer.statusCode === 200 ? 'ok' : ErrorBody.safeParse(answer.json()).data?.error.code
  return { status: answer.statusCode, code }
}

describe.each(all)('%s', (name, route) => {
  const { access } = route
  it(access === 'public' ? 'is open to strangers' : 'is closed to strangers', async () => {
    const { status, code } = await request(route, {})
    if (access === 'public') expect([401, 403]).not.toContain(status)
    else expect({ status, code }).toEqual({ status: 401, code: 'unauthenticated' })
  })

  it.each(everyRole)('treats a signed-in %s as the contract says', async (role) => {
    // Signing out would end the session that the other rows use.
    const token = name === 'signOut' ? await server.sessions.create(server.people[role].id) : server.tokens[role]
    const { status, code } = await request(route, bearer(token))
    if (access === 'public' || access.includes(role)) {
      expect([401, 403]).not.toContain(status)
      expect(code).toBeDefined()
    } else expect({ status, code }).toEqual({ status: 403, code: 'forbidden' })
  })
})

it('takes no made-up token', async () => {
  expect(await request(routes.session, bearer('a'.repeat(43)))).toEqual({ status: 401, code: 'unauthenticated' })
})
