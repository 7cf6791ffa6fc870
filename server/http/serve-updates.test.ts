import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serveUpdates } from './serve-updates.ts'

let folder: string
let app: FastifyInstance
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-updates-'))
  const updatesDir = join(folder, 'updates')
  app = Fastify()
  // As the whole site has it: every unknown address is the client's page.
  app.setNotFoundHandler(async (_, reply) => reply.send('page'))
  await serveUpdates(app, { updatesDir })
  mkdirSync(join(updatesDir, 'inside.yml'), { recursive: true })
  writeFileSync(join(updatesDir, 'latest.yml'), 'version: 1.1.0')
  writeFileSync(join(updatesDir, 'callsync-central-1.1.0-win-x64.exe'), 'program')
  writeFileSync(join(updatesDir, 'notes.txt'), 'secret')
  writeFileSync(join(updatesDir, '.hidden.yml'), 'secret')
  writeFileSync(join(updatesDir, 'inside.yml', 'deep.yml'), 'secret')
  writeFileSync(join(folder, 'secret.key'), 'secret')
  writeFileSync(join(folder, 'secret.yml'), 'secret')
  mkdirSync(join(folder, 'updates-other'))
  writeFileSync(join(folder, 'updates-other', 'secret.yml'), 'secret')
  symlinkSync(join(folder, 'secret.key'), join(updatesDir, 'link.yml'))
})
afterEach(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

test('an app without a session gets what is new, fresh, and a part of it when it asks for a part', async () => {
  const latest = await app.inject('/updates/latest.yml')
  expect([latest.statusCode, latest.body, latest.headers['cache-control']]).toEqual([200, 'version: 1.1.0', 'no-cache'])
  const part = await app.inject({ url: '/updates/callsync-central-1.1.0-win-x64.exe', headers: { range: 'bytes=0-2' } })
  expect([part.statusCode, part.body]).toEqual([206, 'pro'])
})

test.each([
  '/updates/',
  '/updates/none.yml',
  '/updates/none',
  '/updates/notes.txt',
  '/updates/.hidden.yml',
  '/updates/link.yml',
  '/updates/inside.yml',
  '/updates/inside.yml/deep.yml',
  '/updates/../secret.yml',
  '/updates/..%2fsecret.yml',
  '/updates/%2e%2e/secret.yml',
  '/updates/..%5csecret.yml',
  '/updates//secret.yml',
  '/updates/../updates-other/secret.yml',
  '/updates/%00latest.yml',
  '/updates/latest.yml%00.txt',
])('%s is not given out', async (url) => {
  const reply = await app.inject(url)
  expect(reply.body).not.toContain('secret')
  // Outside of `/updates` it is an address of the site like any other.
  if (reply.body !== 'page') expect(reply.statusCode).toBeGreaterThanOrEqual(400)
  else expect(new URL(url, 'http://site').pathname).not.toMatch(/^\/updates\//)
})

test('nothing can be put there', async () => {
  for (const method of ['POST', 'PUT', 'DELETE'] as const) {
    expect((await app.inject({ method, url: '/updates/latest.yml' })).statusCode).toBe(404)
  }
  expect((await app.inject('/updates/latest.yml')).body).toBe('version: 1.1.0')
})

test('a company that serves no updates has no such folder, and that is no error', async () => {
  const bare = Fastify()
  await serveUpdates(bare, { updatesDir: join(folder, 'nowhere') })
  expect((await bare.inject('/updates/latest.yml')).statusCode).toBe(404)
  await bare.close()
})
