import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApiClient } from './contract/index.ts'
import { demoPassword } from './demo/index.ts'
import { demoPbx } from './http/fixture.ts'
import { onPostgres, testDatabase } from './store/fixture.ts'

/** The whole server as its own process, as the launcher runs it. */
const main = join(import.meta.dirname, 'main.ts')
// Each test starts whole processes, which takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let folder: string
let database: Record<string, string>
let children: ChildProcess[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-main-'))
  const { databaseUrl } = await testDatabase(folder)
  database = databaseUrl === null ? {} : { CALLSYNC_DATABASE_URL: databaseUrl }
  children = []
})
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
})

const dataDir = () => join(folder, 'data')

function launch(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], CALLSYNC_DATA: dataDir(), CALLSYNC_PORT: '0', ...database, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  children.push(child)
  if (!child.stdout || !child.stderr) throw new Error('no pipes')
  let errors = ''
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  child.stdout.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  // Not `close`: it does not come after a disconnect.
  const ended = Promise.all([once(child, 'exit'), once(child.stderr, 'end')]).then(([[code]]) => ({ code: Number(code), errors }))
  const ready = once(child, 'message').then(([message]): string => message.url)
  return { child, ended, ready, log: () => log }
}

const apiAt = (baseUrl: string, token: string | null = null) =>
  createApiClient({ baseUrl: () => baseUrl, token: () => token, fetch })

describe('a server that cannot start says one line, and exits with 1', () => {
  it('when the port is taken', async () => {
    const blocker = createServer()
    blocker.listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const address = blocker.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, errors } = await launch({ CALLSYNC_PORT: String(port) }).ended
    blocker.close()
    expect(code).toBe(1)
    expect(errors).toMatch(new RegExp(`^Port ${port} of 127.0.0.1 is taken[^\\n]*CALLSYNC_PORT[^\\n]*\\n$`))
  })

  it.each([
    ['a setting is wrong', { CALLSYNC_PORT: 'many' }, /^CALLSYNC_PORT must be/],
    [
      'the host is not here',
      { CALLSYNC_HOST: '203.0.113.1' },
      /^203\.0\.113\.1 is no address of this machine\. Correct CALLSYNC_HOST/,
    ],
    ['the demo PBX is not there', { CALLSYNC_PBX_FILE: '/nowhere/pbx.json' }, /pbx\.json cannot be read/],
  ])('when %s', async (_, env, message) => {
    const { code, errors } = await launch(env).ended
    expect(code).toBe(1)
    expect(errors).toMatch(message)
    expect(errors.trim().split('\n')).toHaveLength(1)
  })

  it('when the data folder cannot be written', async () => {
    writeFileSync(dataDir(), 'a file in the way')
    const { code, errors } = await launch({}).ended
    expect(code).toBe(1)
    expect(errors).toMatch(/^The data folder [^\n]* cannot be written[^\n]*\n$/)
  })

  it('when another server has the data folder', async () => {
    const first = launch({})
    await first.ready
    const { code, errors } = await launch({}).ended
    expect(code).toBe(1)
    expect(errors).toMatch(/^Another CallSync server is running[^\n]*\n$/)
    expect((await apiAt(await first.ready).health()).ok).toBe(true)
  })
})

describe('a server with the demo PBX', () => {
  const pbxFile = () => {
    const path = join(folder, 'pbx.json')
    // Nothing listens on port 1: the server has to live without Asterisk.
    writeFileSync(path, JSON.stringify({ ...demoPbx, amiPort: 1 }))
    return path
  }

  it('fills an empty folder once, keeps it through kill -9, and ends cleanly with its launcher', async () => {
    const env = { CALLSYNC_PBX_FILE: pbxFile() }
    const first = launch(env)
    const url = await first.ready
    const { token, user, demo } = await apiAt(url).signIn({
      body: { email: 'admin@demo.callsync', password: demoPassword, host: 'desktop' },
    })
    expect({ role: user.role, demo }).toEqual({ role: 'administrator', demo: true })
    const { users } = await apiAt(url, token).listUsers()
    await apiAt(url, token).nameQueue({ params: { number: '701' }, body: { name: 'Kept' } })
    first.child.kill('SIGKILL')
    await first.ended

    const second = launch(env)
    const api = apiAt(await second.ready, token)
    expect((await api.listUsers()).users).toEqual(users)
    expect((await api.queueNames()).queues).toContainEqual({
      ...{ number: '701', name: 'Kept', inPbx: false },
      ...{ recordingForced: false, callersAsked: false },
    })
    await expect(api.demoCall({ body: {} })).rejects.toMatchObject({ code: 'pbxUnavailable' })
    second.child.disconnect()
    const { code, errors } = await second.ended
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    const own = ['ami-cel.csv', 'ami-queue_log', 'demo-record', 'reports.db', 'secret.key', 'server.lock']
    expect(readdirSync(dataDir()).sort()).toEqual(onPostgres ? own : [...own, 'callsync.db'].sort())
  })
})

it('ends when its launcher was gone before it listened', async () => {
  const server = launch({})
  server.child.disconnect()
  expect(await server.ended).toEqual({ code: 0, errors: '' })
})

it('without a PBX makes one administrator, seeds nothing, and ends on SIGTERM', async () => {
  const server = launch({})
  const url = await server.ready
  expect(await apiAt(url).health()).toMatchObject({ ok: true, demo: false })
  expect(readdirSync(dataDir())).toContain('first-password.txt')
  server.child.kill('SIGTERM')
  expect((await server.ended).code).toBe(0)
  expect(server.log()).toContain('CallSync Central is ready')
})
