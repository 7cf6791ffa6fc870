import { chmodSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import SqliteDatabase from 'better-sqlite3'
import { WebSocket } from 'ws'
import { type ApiClient, contractVersion, createApiClient } from '../../server/contract/index.ts'
import { demoPassword } from '../../server/demo/index.ts'
import { asteriskOf, launch, leave, newPlace, type Place, processesOf, survivors } from '../support/launched.ts'
import { project } from '../support/pbx.ts'

/** `npm start` and `npm run dev` as a person meets them (C3.8, C4.5): what they print, what they leave behind, what they refuse. */

const ready = 'Ctrl+C stops everything.'

let place: Place
test.beforeEach(async () => {
  place = await newPlace()
})
test.afterEach(() => leave(place))

async function apiOf(url: string, person: string): Promise<ApiClient> {
  let token: string | null = null
  const api = createApiClient({ baseUrl: () => url, token: () => token, fetch })
  const session = await api.signIn({ body: { email: `${person}@demo.callsync`, password: demoPassword, host: 'desktop' } })
  token = session.token
  return api
}

/** The database was closed in good order and is whole. */
function expectWholeFiles(folder: string) {
  // Before our own connection makes journal files.
  expect(readdirSync(folder).filter((file) => file.startsWith('callsync.db'))).toEqual(['callsync.db'])
  const database = new SqliteDatabase(join(folder, 'callsync.db'), { readonly: true })
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
  database.close()
}

test('starts everything, is not disturbed by a second start, and Ctrl-C ends everything', async () => {
  const first = launch(place, 'start', ['--no-open'])
  await first.printed(ready)
  expect(first.output()).toContain(`Open in a browser: ${place.url}\n`)
  expect(first.output()).toContain(`Demo sign-ins (password for all: ${demoPassword})`)
  expect(first.output()).toMatch(/ {2}anna@demo\.callsync +Анна Ковалёва\n/)
  // A terminal for a person: no log lines in it while all is well.
  expect(first.output()).not.toContain('{"level"')
  expect(asteriskOf(place)).toHaveLength(1)
  const anna = await apiOf(place.url, 'anna')

  const before = processesOf(place).map(({ pid }) => pid)
  const second = launch(place, 'start', ['--no-open'])
  expect(await second.ended).toBe(1)
  expect(second.output().trim().split('\n')).toEqual([expect.stringMatching(`CallSync Central already runs: ${place.url}\\.`)])
  expect(processesOf(place).map(({ pid }) => pid)).toEqual(before)
  expect((await anna.session()).user.name).toBe('Анна Ковалёва')

  // The same folder by another address is refused by the PBX's own folder.
  const beside = launch(place, 'start', ['--no-open'], { CALLSYNC_PORT: `${place.port + 1}` })
  expect(await beside.ended).toBe(1)
  expect(beside.output()).toMatch(/already run by process \d+/)
  // And without a PBX by the database's.
  const third = launch(place, 'start', ['--no-open', '--pbx=none'], { CALLSYNC_PORT: `${place.port + 1}` })
  expect(await third.ended).toBe(1)
  expect(third.output().trim().split('\n')).toEqual([expect.stringContaining(place.dataFolder)])
  expect((await anna.session()).user.name).toBe('Анна Ковалёва')

  await first.interrupt()
  expect(first.output().trim()).toMatch(/Stopping…$/)
  expect(await survivors(place)).toEqual([])
  expectWholeFiles(place.dataFolder)
})

const serversOf = (at: Place) => processesOf(at).filter(({ command }) => command.endsWith('server/main.ts'))

for (const [part, started] of [
  ['Asterisk', asteriskOf],
  ['the server', serversOf],
] as const)
  test(`Ctrl-C while ${part} is starting leaves nothing running, and is not told as a failure`, async () => {
    const starting = launch(place, 'start', ['--no-open'])
    await expect.poll(() => started(place), { intervals: [20] }).toHaveLength(1)
    await starting.interrupt()
    expect(starting.output().trim()).toMatch(/Stopping…$/)
    expect(await survivors(place)).toEqual([])
  })

test('an own Asterisk that was connected takes the place of the demo PBX', async () => {
  const first = launch(place, 'start', ['--no-open'])
  await first.printed(ready)
  const admin = await apiOf(place.url, 'admin')
  await admin.saveConnection({
    body: {
      host: '127.0.0.1',
      amiPort: 9,
      amiUser: 'callsync',
      amiSecret: 'secret',
      socketUrl: 'ws://127.0.0.1:9/ws',
      sipDomain: '',
      iceServers: [],
    },
  })
  await first.interrupt()

  const second = launch(place, 'start', ['--no-open'])
  await second.printed(ready)
  expect(second.output()).toContain('Using your own Asterisk (Settings → Connection).')
  expect(second.output()).not.toContain('Asterisk is up')
  expect(asteriskOf(place)).toEqual([])
  await second.interrupt()
})

test('--pbx=none starts without a PBX and says how to sign in', async () => {
  const started = launch(place, 'start', ['--no-open', '--pbx=none'])
  await started.printed(ready)
  expect(started.output()).toContain('No demo Asterisk. Connect your own: Settings → Connection.')
  expect(asteriskOf(place)).toEqual([])
  const file = join(place.dataFolder, 'first-password.txt')
  expect(started.output()).toContain(file)
  const [email = '', password = ''] = readFileSync(file, 'utf8').split('\n')
  const api = createApiClient({ baseUrl: () => place.url, token: () => null, fetch })
  expect((await api.signIn({ body: { email, password, host: 'desktop' } })).user.role).toBe('administrator')
  await started.interrupt()
  expect(await survivors(place)).toEqual([])
})

test('a taken port is named with its setting, and the PBX that was started before is ended', async () => {
  const other = createServer().listen(place.port, '127.0.0.1')
  try {
    const started = launch(place, 'start', ['--no-open'])
    expect(await started.ended).toBe(1)
    const lines = started.output().trim().split('\n')
    expect(lines.filter((line) => line.includes(`Port ${place.port} of 127.0.0.1 is taken`))).toEqual([
      expect.stringContaining('CALLSYNC_PORT'),
    ])
    expect(started.output()).toContain('Asterisk is up')
    expect(await survivors(place)).toEqual([])
  } finally {
    other.close()
  }
})

test('a mirror out of reach is one line that offers to go on without', async () => {
  const begun = Date.now()
  const nowhere = { CALLSYNC_PBX_HOME: join(place.folder, 'asterisk'), CALLSYNC_PBX_MIRROR: 'http://127.0.0.1:9/debian' }
  const started = launch(place, 'start', ['--no-open'], nowhere)
  expect(await started.ended).toBe(1)
  expect(Date.now() - begun).toBeLessThan(30_000)
  const last = started.output().trim().split('\n').at(-1)
  expect(last).toMatch(/mirror http:\/\/127\.0\.0\.1:9\/debian is out of reach.*npm start -- --pbx=none/)
  expect(existsSync(place.dataFolder)).toBe(false)
  expect(await survivors(place)).toEqual([])

  const russian = launch(place, 'start', ['--no-open'], { ...nowhere, LANG: 'ru_RU.UTF-8' })
  expect(await russian.ended).toBe(1)
  expect(russian.output()).toContain('зеркало Debian недоступно. Без неё: npm start -- --pbx=none')
})

test('a data folder that cannot be is named with its setting', async () => {
  writeFileSync(place.dataFolder, 'a file in the way')
  const started = launch(place, 'start', ['--no-open', '--pbx=none'])
  expect(await started.ended).toBe(1)
  expect(started.output().trim().split('\n')).toEqual([expect.stringMatching(`${place.dataFolder}.*CALLSYNC_DATA`)])
  expect(readFileSync(place.dataFolder, 'utf8')).toBe('a file in the way')
})

test('an option that is not there is named, with the ones there are', async () => {
  const started = launch(place, 'start', ['--pbx=asterisk'])
  expect(await started.ended).toBe(1)
  expect(started.output()).toMatch(/Not understood: --pbx=asterisk\nnpm start -- \[--pbx=demo\|none\]/)
})

test('server and Asterisk end by themselves when the launcher is killed', async () => {
  const started = launch(place, 'start', ['--no-open'])
  await started.printed(ready)
  process.kill(started.launcherPid(), 'SIGKILL')
  expect(await survivors(place, 15_000)).toEqual([])
  expectWholeFiles(place.dataFolder)

  const again = launch(place, 'start', ['--no-open'])
  await again.printed(ready)
  await again.interrupt()
})

test('the server ending by itself ends the rest, with a line', async () => {
  const started = launch(place, 'start', ['--no-open'])
  await started.printed(ready)
  const server = processesOf(place).find(({ command }) => command.includes('server/main.ts'))
  process.kill(server?.pid ?? 0, 'SIGKILL')
  expect(await started.ended).toBe(1)
  expect(started.output()).toContain('server: the process ended unexpectedly.')
  expect(await survivors(place)).toEqual([])
})

test('the window: opened with the address, closed by the person while the server runs on, closed with the rest', async () => {
  // Stands in for Chromium: notes how it was called and stays until it is told to end.
  const chromium = join(place.folder, 'chromium')
  const calls = join(place.folder, 'calls')
  writeFileSync(chromium, `#!/bin/sh\necho "$$ $@" >> ${calls}\nexec sleep 1000\n`)
  chmodSync(chromium, 0o755)
  const display = { DISPLAY: ':0', WAYLAND_DISPLAY: '', CALLSYNC_CHROMIUM: chromium, ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' }
  const started = launch(place, 'start', ['--pbx=none'], display)
  await started.printed(ready)
  expect(started.output()).toContain(`The app window is open. In a browser: ${place.url}`)
  const called = () => (existsSync(calls) ? readFileSync(calls, 'utf8') : '')
  await expect.poll(called).toContain(`--app=${place.url} --user-data-dir=${join(place.dataFolder, 'browser-profile')}`)

  await started.interrupt()
  expect(await survivors(place)).toEqual([])

  writeFileSync(chromium, '#!/bin/sh\nexit 0\n')
  const closing = launch(place, 'start', ['--pbx=none'], display)
  await closing.printed(`The window is closed, the server runs on. To open it again: ${place.url}`)
  expect((await fetch(`${place.url}/api/health`)).status).toBe(200)
  await closing.interrupt()

  writeFileSync(chromium, '#!/bin/sh\nexit 1\n')
  const failing = launch(place, 'start', ['--pbx=none'], display)
  await failing.printed(`The window could not be opened. Open in a browser: ${place.url}`)
  expect((await fetch(`${place.url}/api/health`)).status).toBe(200)
  await failing.interrupt()
})

test('npm run dev: pages by Vite, the API and the live socket behind them, the server anew when its source changes', async () => {
  const started = launch(place, 'dev', ['--no-open'])
  await started.printed(ready)
  const address = /Open in a browser: (\S+)/.exec(started.output())?.[1] ?? ''
  expect(address).not.toBe(place.url)
  expect(await (await fetch(address)).text()).toContain('/@vite/client')

  // As the page does it: the cookie belongs to the page's own origin.
  const signedIn = await fetch(`${address}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ email: 'anna@demo.callsync', password: demoPassword }),
  })
  expect(signedIn.status).toBe(200)
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const socket = new WebSocket(`${address.replace('http', 'ws')}/api/live`, { headers: { cookie, origin: address } })
  socket.on('open', () => socket.send(JSON.stringify({ type: 'auth', token: null, contractVersion })))
  const hello = await new Promise<string>((done, fail) => {
    socket.once('message', (data) => done(String(data)))
    socket.once('error', fail)
    socket.once('close', (code) => fail(new Error(`closed: ${code}`)))
  })
  expect(hello).toContain('"type":"hello"')
  socket.close()

  const now = new Date()
  utimesSync(join(project, 'server/version.ts'), now, now)
  await started.printed('The server was started again')
  expect((await fetch(`${address}/api/session`, { headers: { cookie, 'sec-fetch-site': 'same-origin' } })).status).toBe(200)

  await started.interrupt()
  expect(await survivors(place)).toEqual([])
})
