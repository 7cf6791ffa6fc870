import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Fixture, startFixture } from './fixture.ts'

let fixture: Fixture
let path = ''
let done = 0
beforeAll(async () => {
  const file = { fileName: 'Очереди "1"\r\nx.csv', bytes: 3, done: () => void done++ }
  fixture = await startFixture({ exports: { open: (ticket) => (ticket === 'good' ? { path, ...file } : null) } })
  path = join(fixture.dataDir, 'a.csv')
  writeFileSync(path, 'a;b')
})
afterAll(() => fixture.stop())

it('answers a ticket with the file as a download, and says when it was taken', async () => {
  const answer = await fixture.app.inject({ url: '/api/reports/exports/file/good' })
  expect(answer).toMatchObject({ statusCode: 200, body: 'a;b' })
  expect(answer.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('Очереди "1"\r\nx.csv')}`,
    'cache-control': 'private, no-store',
  })
  expect(done).toBe(1)
})

it('gives nothing without the right ticket', async () => {
  for (const ticket of ['bad', '..%2fa.csv', ''])
    expect((await fixture.app.inject({ url: `/api/reports/exports/file/${ticket}` })).statusCode, ticket).toBe(404)
  expect(done).toBe(1)
})
