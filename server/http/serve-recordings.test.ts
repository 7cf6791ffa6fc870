import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wholeFile } from '../recordings/index.ts'
import { type Fixture, startFixture } from './fixture.ts'
import { readRange } from './serve-recordings.ts'

let fixture: Fixture
let path = ''
beforeAll(async () => {
  fixture = await startFixture({
    recordings: { open: async (ticket, channel) => (ticket === 'good' && channel === 'operator' ? wholeFile(path) : null) },
  })
  path = join(fixture.dataDir, 'sound.wav')
  writeFileSync(path, '0123456789')
})
afterAll(() => fixture.stop())

const get = (url: string, range?: string) =>
  fixture.app.inject({ method: 'GET', url: `/api/recordings/audio/${url}`, ...(range !== undefined && { headers: { range } }) })

it('answers a ticket with the file, whole or the range asked for', async () => {
  const whole = await get('good/operator')
  expect(whole).toMatchObject({ statusCode: 200, body: '0123456789' })
  expect(whole.headers).toMatchObject({
    'accept-ranges': 'bytes',
    'content-type': 'audio/wav',
    'cache-control': 'private, no-store',
  })
  const part = await get('good/operator', 'bytes=2-4')
  expect(part).toMatchObject({ statusCode: 206, body: '234' })
  expect(part.headers['content-range']).toBe('bytes 2-4/10')
  expect(await get('good/operator', 'bytes=7-')).toMatchObject({ statusCode: 206, body: '789' })
  expect(await get('good/operator', 'bytes=10-')).toMatchObject({ statusCode: 416 })
})

it('gives nothing without the right ticket, and takes no path for one', async () => {
  const wrong = ['bad/operator', 'good/customer', 'good/both', 'good/..', 'good/%2e%2e%2fsound', '..%2f..%2fsound.wav/operator']
  for (const url of wrong) expect((await get(url)).statusCode, url).toBe(404)
})

it('says so when the file was removed after the ticket was made', async () => {
  renameSync(path, `${path}.away`)
  expect(await get('good/operator')).toMatchObject({ statusCode: 404 })
  renameSync(`${path}.away`, path)
})

it('reads ranges', () => {
  expect(readRange(undefined, 10)).toBeNull()
  expect(readRange('bytes=-3', 10)).toEqual({ first: 7, last: 9 })
  expect(readRange('bytes=0-99', 10)).toEqual({ first: 0, last: 9 })
  expect(readRange('bytes=5-4', 10)).toBe('unsatisfiable')
  expect(readRange('bytes=0-1,3-4', 10)).toBeNull()
  expect(readRange('bytes=0-', 0)).toBe('unsatisfiable')
})
