import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../tests/support/pbx.ts'
import { demoPbx } from './demo-pbx.ts'
import { fetchedInstallation, installedInstallation } from './installation.ts'
import { identityOf } from './process-identity.ts'

const project = resolve(import.meta.dirname, '../..')
const shared = resolve(project, process.env['CALLSYNC_PBX_HOME'] || '.asterisk')
let home: string
let env: NodeJS.ProcessEnv
const children: ChildProcess[] = []

beforeAll(async () => {
  await demoPbx({ env: process.env, log: () => undefined }).fetch(() => undefined)
}, 120_000)

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'callsync-pbx-home-'))
  const [sip, http, ami] = await Promise.all([freePort(), freePort(), freePort()])
  env = {
    ...process.env,
    CALLSYNC_PBX_HOME: home,
    CALLSYNC_PBX_SIP_PORT: `${sip}`,
    CALLSYNC_PBX_HTTP_PORT: `${http}`,
    CALLSYNC_PBX_AMI_PORT: `${ami}`,
    CALLSYNC_PBX_RTP_START: '15000',
    CALLSYNC_PBX_RTP_END: '15099',
  }
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

const unpacked = () => symlinkSync(join(shared, 'root'), join(home, 'root'))
const pidOfAsterisk = () => Number(readFileSync(join(home, 'work/run/asterisk.pid'), 'utf8'))
const gone = (pid: number) => expect.poll(() => identityOf(pid), { timeout: 8000 }).toBeNull()

/** `npm run pbx` in a process of its own, up and running. */
async function runPbx(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(project, 'scripts/pbx.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('Asterisk runs')) return child
  throw new Error('npm run pbx did not start Asterisk')
}

describe('npm run pbx', { timeout: 40_000 }, () => {
  it('ends Asterisk on Ctrl-C', async () => {
    unpacked()
    const child = await runPbx()
    const pid = pidOfAsterisk()
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(identityOf(pid)).toBeNull()
  })

  it('takes Asterisk along when it is killed without a chance to tidy up', async () => {
    unpacked()
    const child = await runPbx()
    const pid = pidOfAsterisk()
    expect(identityOf(pid)).not.toBeNull()
    child.kill('SIGKILL')
    await gone(pid)
  })
})

describe('Pbx', { timeout: 40_000 }, () => {
  it('starts, answers its console, stops, and starts again', async () => {
    unpacked()
    const pbx = demoPbx({ env, log: () => undefined })
    await pbx.fetch(() => undefined)
    const file = await pbx.start()
    expect(await pbx.cli('core show version')).toContain('Asterisk')
    expect(await pbx.cli('pjsip show endpoints')).toContain('1010')
    const pid = pbx.pid ?? 0
    await pbx.stop()
    expect(identityOf(pid)).toBeNull()
    await pbx.stop()
    expect((await pbx.start()).amiSecret).toBe(file.amiSecret)
    await pbx.stop()
  })

  it('tells when Asterisk ended by itself, and not when it was stopped', async () => {
    unpacked()
    const pbx = demoPbx({ env, log: () => undefined })
    const reasons: string[] = []
    pbx.onExit((reason) => reasons.push(reason))
    await pbx.fetch(() => undefined)
    await pbx.start()
    await pbx.stop()
    expect(reasons).toEqual([])
    await pbx.start()
    process.kill(pbx.pid ?? 0, 'SIGKILL')
    await expect.poll(() => reasons.length, { timeout: 5000 }).toBe(1)
    expect(pbx.pid).toBeNull()
  })

  it('leaves the Asterisk of a live program alone', async () => {
    unpacked()
    await runPbx()
    const pid = pidOfAsterisk()
    const second = demoPbx({ env, log: () => undefined })
    await second.fetch(() => undefined)
    await expect(second.start()).rejects.toMatchObject({ code: 'alreadyRunning' })
    expect(identityOf(pid)).not.toBeNull()
  })

  it('ends the Asterisk that a killed program has left behind', async () => {
    unpacked()
    const child = await runPbx()
    const pid = pidOfAsterisk()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const wrapper = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    const watchers = readFileSync(`/proc/${wrapper}/task/${wrapper}/children`, 'utf8').trim().split(' ').map(Number)
    for (const watcher of watchers) if (watcher !== pid) process.kill(watcher, 'SIGKILL')
    process.kill(wrapper, 'SIGKILL')
    child.kill('SIGKILL')
    await gone(child.pid ?? 0)
    expect(identityOf(pid)).not.toBeNull()

    const lines: string[] = []
    const pbx = demoPbx({ env, log: (line) => lines.push(line) })
    await pbx.fetch(() => undefined)
    await pbx.start()
    expect(identityOf(pid)).toBeNull()
    expect(lines).toContain('Ending the Asterisk of an earlier run.')
    await pbx.stop()
  })

  it('says what Asterisk said when it does not start', async () => {
    // an Asterisk that only complains
    mkdirSync(join(home, 'root/usr/lib/x/asterisk/modules'), { recursive: true })
    mkdirSync(join(home, 'root/usr/share/asterisk'), { recursive: true })
    writeFileSync(join(home, 'root/usr/lib/x/libc.so.6'), '')
    writeFileSync(join(home, 'root/usr/lib/ld-linux.so.2'), '#!/bin/sh\necho "cannot do it today" >&2\nexit 7\n')
    chmodSync(join(home, 'root/usr/lib/ld-linux.so.2'), 0o755)
    const complete = readFileSync(join(shared, 'root/.complete'))
    writeFileSync(join(home, 'root/.complete'), complete)
    const pbx = demoPbx({ env, log: () => undefined })
    await pbx.fetch(() => undefined)
    const failure = pbx.start()
    await expect(failure).rejects.toMatchObject({ code: 'startFailed' })
    await expect(failure).rejects.toThrow(/exit 7[\s\S]*cannot do it today/)
  })
})

describe('fetching', { timeout: 40_000 }, () => {
  it('says that the mirror is out of reach and how to do without', async () => {
    const mirror = `http://127.0.0.1:${await freePort()}/debian`
    const pbx = demoPbx({ env: { ...env, CALLSYNC_PBX_MIRROR: mirror }, log: () => undefined })
    const failure = pbx.fetch(() => undefined)
    await expect(failure).rejects.toMatchObject({ code: 'mirrorUnreachable' })
    await expect(failure).rejects.toThrow('--pbx=none')
    expect(existsSync(join(home, 'root'))).toBe(false)
  })

  it('says so on a machine without Debian tools, naming the compose file', async () => {
    const bin = join(home, 'bin')
    mkdirSync(bin)
    symlinkSync('/bin/bash', join(bin, 'bash'))
    const failure = demoPbx({ env: { ...env, PATH: bin }, log: () => undefined }).fetch(() => undefined)
    await expect(failure).rejects.toMatchObject({ code: 'notAvailable' })
    await expect(failure).rejects.toThrow('compose.pbx.yaml')
  })

  it('ends apt too when it is given up', async () => {
    const bin = join(home, 'bin')
    mkdirSync(bin)
    const pidFile = join(home, 'apt.pid')
    writeFileSync(join(bin, 'apt-get'), `#!/bin/sh\necho $$ >'${pidFile}.new'\nmv '${pidFile}.new' '${pidFile}'\nexec sleep 60\n`)
    chmodSync(join(bin, 'apt-get'), 0o755)
    const mirror = { CALLSYNC_PBX_MIRROR: 'http://127.0.0.1:9/debian' }
    const giveUp = new AbortController()
    const pbx = demoPbx({ env: { ...env, ...mirror, PATH: `${bin}:${env['PATH']}` }, log: () => undefined })
    const fetching = pbx.fetch(() => undefined, giveUp.signal)
    await expect.poll(() => existsSync(pidFile), { timeout: 8000 }).toBe(true)
    giveUp.abort()
    await expect(fetching).rejects.toMatchObject({ name: 'AbortError' })
    await gone(Number(readFileSync(pidFile, 'utf8')))
  })

  it('has nothing to do the second time', async () => {
    unpacked()
    const lines: string[] = []
    await demoPbx({ env: { ...env, CALLSYNC_PBX_MIRROR: 'http://127.0.0.1:9/debian' }, log: () => undefined }).fetch((line) =>
      lines.push(line),
    )
    expect(lines).toEqual([])
  })
})

describe('an Asterisk installed on the machine', () => {
  function install(version: string, modules: readonly string[]): string {
    for (const folder of ['sbin', 'lib/asterisk/modules', 'share/asterisk/sounds'])
      mkdirSync(join(home, 'usr', folder), { recursive: true })
    writeFileSync(join(home, 'usr/sbin/asterisk'), `#!/bin/sh\necho "Asterisk ${version}"\n`)
    chmodSync(join(home, 'usr/sbin/asterisk'), 0o755)
    for (const module of modules) writeFileSync(join(home, 'usr/lib/asterisk/modules', module), '')
    return join(home, 'usr/sbin')
  }
  const modules = ['res_pjsip.so', 'res_http_websocket.so']

  it('is used from version 18 on', async () => {
    expect(await installedInstallation(install('18.10.0~dfsg', modules))).toMatchObject({
      source: 'installed',
      argv: [join(home, 'usr/sbin/asterisk')],
      modulesDir: join(home, 'usr/lib/asterisk/modules'),
      dataDir: join(home, 'usr/share/asterisk'),
    })
  })
  it('is not used when it is older or lacks SIP over WebSocket', async () => {
    expect(await installedInstallation(install('16.28.0', modules), [])).toBeNull()
    rmSync(join(home, 'usr'), { recursive: true })
    expect(await installedInstallation(install('20.6.0', ['res_pjsip.so']), [])).toBeNull()
  })
  it('is absent from an empty folder', () => {
    expect(fetchedInstallation(home)).toBeNull()
  })
})
