import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { PbxFile } from '../../server/telephony/pbx-file.ts'
import { fetchedInstallation, type Installation, installedInstallation } from './installation.ts'
import { PbxError } from './pbx-error.ts'
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts'
import { checkPortsFree, takenPorts } from './settings.ts'
import { configFile, outsideAddresses, pbxFilePath, runFolder, type WorkFolderDeps, writeWorkFolder } from './work-folder.ts'

const run = promisify(execFile)
const bootLimitMs = 30_000
const socketsLimitMs = 2_000
/** Asterisk gets five seconds to end by itself (watch.sh), then some to be gone. */
const stopLimitMs = 8_000

export interface PbxDeps extends WorkFolderDeps {
  /** Folder Asterisk is unpacked into; several PBXs may share it. */
  readonly home: string
  /** Lines for the person who started it. */
  readonly log: (line: string) => void
  readonly env: NodeJS.ProcessEnv
}

/** One Asterisk of our own: private folder, private ports, ended with the program that started it. */
export class Pbx {
  readonly #deps: PbxDeps
  #installation: Installation | null = null
  #file: PbxFile | null = null
  #child: ChildProcess | null = null
  #stopping = false
  readonly #exitListeners = new Set<(reason: string) => void>()

  constructor(deps: PbxDeps) {
    this.#deps = deps
  }

  /** What pbx.json says; there after `configure` or `start`. */
  get file(): PbxFile {
    if (!this.#file) throw new Error('the PBX is not configured yet')
    return this.#file
  }

  get filePath(): string {
    return pbxFilePath(this.#deps.work)
  }

  /** Process number of Asterisk itself, null when it does not run. */
  get pid(): number | null {
    return this.#child ? (runningAsterisk(this.#deps.work)?.pid ?? null) : null
  }

  /** Takes an installed Asterisk, or the one fetched earlier, or fetches one; `onProgress` gets a line a step. */
  async fetch(onProgress: (line: string) => void, signal?: AbortSignal): Promise<void> {
    const { env, home } = this.#deps
    const installed = await installedInstallation(env['PATH'] ?? '')
    if (installed) {
      this.#installation = installed
      return
    }
    if (process.platform !== 'linux') throw notAvailable(`This is ${process.platform}.`)
    await runFetch({ home, env, onProgress, signal })
    this.#installation = fetchedInstallation(home)
    if (!this.#installation)
      throw new PbxError('fetchFailed', `The Asterisk in ${home}/root is incomplete: delete the folder and start again.`)
  }

  /** Writes configuration and pbx.json without starting anything. */
  configure(): PbxFile {
    if (!this.#installation) throw notAvailable('No Asterisk has been fetched yet.')
    this.#file = writeWorkFolder(this.#deps, this.#installation)
    return this.#file
  }

  /** Resolves when Asterisk is fully booted. */
  async start(): Promise<PbxFile> {
    if (this.#child) throw new Error('the PBX runs already')
    const { work, bind, ports, log } = this.#deps
    // the last threads of a killed process may hold its sockets for a moment longer than it lives
    const untilMs = (await endLeftover(work, log)) ? Date.now() + socketsLimitMs : 0
    while (Date.now() < untilMs && (await takenPorts(bind, ports)).length > 0) await delay(30)
    await checkPortsFree(bind, ports)
    const file = this.configure()
    if (outsideAddresses().length === 0)
      log('No network address but loopback here: browsers get no audio (as root: ip addr add 192.0.2.1/32 dev lo).')

    const [program, ...args] = this.#asterisk()
    this.#stopping = false
    const output: string[] = []
    // detached: Ctrl-C in the terminal is for the program that started us, which ends its parts in order
    const child = spawn('/bin/sh', [join(import.meta.dirname, 'watch.sh'), program, ...args, '-f'], {
      cwd: work,
      env: { ...this.#deps.env, ...this.#installation?.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    this.#child = child
    // Asterisk may end before watch.sh has read its first line
    child.stdin?.on('error', () => undefined)
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line)
        if (output.length > 20) output.shift()
      })
    }
    const exited = new Promise<string>((done) => {
      child.once('error', (error) => done(error.message))
      child.once('exit', (code, signal) => done(signal ?? `exit ${code}`))
    })
    writeOwner(work, child.pid)
    void exited.then((reason) => {
      this.#child = null
      rmSync(ownerFile(work), { force: true })
      if (!this.#stopping) for (const listener of this.#exitListeners) listener(reason)
    })

    const booting = new AbortController()
    const outcome = await Promise.race([
      this.#booted(booting.signal).then((up) => (up ? 'up' : 'not up after 30 s')),
      exited.then((reason) => `it ended (${reason})`),
    ])
    booting.abort()
    if (outcome !== 'up') {
      const last = lastLines([...output, ...logLines(work)])
      await this.stop()
      throw new PbxError('startFailed', `Asterisk did not start: ${outcome}. Its last lines:\n${last}`)
    }
    return file
  }

  /** One command on Asterisk's own console; rejects when it does not run. */
  async cli(command: string): Promise<string> {
    const [program, ...args] = this.#asterisk()
    const { stdout } = await run(program, [...args, '-rx', command], {
      env: { ...this.#deps.env, ...this.#installation?.env },
      timeout: 10_000,
      maxBuffer: 10_000_000,
    })
    return stdout
  }

  /** Calls back when Asterisk ended without `stop`. */
  onExit(listener: (reason: string) => void): () => void {
    this.#exitListeners.add(listener)
    return () => this.#exitListeners.delete(listener)
  }

  /** Ends Asterisk and everything started with it; nothing is left when it resolves. */
  async stop(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    this.#stopping = true
    const gone = once(child, 'exit')
    child.stdin?.end()
    const limit = new AbortController()
    const late = delay(stopLimitMs, 'late' as const, { signal: limit.signal }).catch(() => 'gone' as const)
    if ((await Promise.race([gone, late])) === 'late' && child.pid !== undefined) {
      killGroup(child.pid, 'SIGKILL')
      await gone
    }
    limit.abort()
  }

  #asterisk(): [string, ...string[]] {
    if (!this.#installation) throw notAvailable('No Asterisk has been fetched yet.')
    const [program, ...args] = this.#installation.argv
    return [program, ...args, '-C', configFile(this.#deps.work)]
  }

  async #booted(signal: AbortSignal): Promise<boolean> {
    const deadline = Date.now() + bootLimitMs
    const socket = join(runFolder(this.#deps.work), 'asterisk.ctl')
    while (!signal.aborted && Date.now() < deadline) {
      if (existsSync(socket)) {
        const answer = await this.cli('core waitfullybooted').catch(() => '')
        if (answer.includes('fully booted')) return true
      }
      await delay(30)
    }
    return false
  }
}

function notAvailable(why: string): PbxError {
  return new PbxError(
    'notAvailable',
    `${why} The demo PBX needs Debian (or a relative) or an installed Asterisk 18 or later. ` +
      'Elsewhere: docker compose -f compose.pbx.yaml up, or connect your own Asterisk with npm start -- --pbx=none.',
  )
}

async function runFetch(task: {
  home: string
  env: NodeJS.ProcessEnv
  onProgress: (line: string) => void
  signal: AbortSignal | undefined
}): Promise<void> {
  const { signal } = task
  signal?.throwIfAborted()
  const child = spawn('bash', [join(import.meta.dirname, 'fetch.sh')], {
    env: { ...task.env, CALLSYNC_PBX_HOME: task.home },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that apt ends with it.
    detached: true,
  })
  const abort = () => child.pid !== undefined && killGroup(child.pid, 'SIGTERM')
  signal?.addEventListener('abort', abort)
  let reason = ''
  createInterface({ input: child.stdout }).on('line', task.onProgress)
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() !== '') reason = line
  })
  const code = await new Promise<number>((done) => {
    child.once('error', () => done(3))
    child.once('close', (exit) => done(exit ?? 1))
  })
  signal?.removeEventListener('abort', abort)
  signal?.throwIfAborted()
  if (code === 0) return
  if (code === 3) throw notAvailable(reason ? `${upperFirst(reason)}.` : 'bash is missing.')
  if (code === 4)
    throw new PbxError(
      'mirrorUnreachable',
      `Asterisk cannot be fetched: ${reason}. npm start -- --pbx=none starts without the demo PBX; CALLSYNC_PBX_MIRROR names another mirror.`,
    )
  throw new PbxError(
    'fetchFailed',
    `Asterisk cannot be fetched: ${reason || `exit ${code}`}. npm start -- --pbx=none starts without the demo PBX.`,
  )
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

// ---- who runs in this work folder ----

function ownerFile(work: string): string {
  return join(runFolder(work), 'owner.json')
}

function writeOwner(work: string, wrapperPid: number | undefined): void {
  const owner = identityOf(process.pid)
  const wrapper = wrapperPid === undefined ? null : identityOf(wrapperPid)
  writeFileSync(ownerFile(work), JSON.stringify({ owner, wrapper }), { mode: 0o600 })
}

function readOwner(work: string): ProcessIdentity | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(ownerFile(work), 'utf8'))
    if (typeof parsed !== 'object' || parsed === null || !('owner' in parsed)) return null
    const owner: unknown = parsed.owner
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('started' in owner)) return null
    return typeof owner.pid === 'number' && typeof owner.started === 'string' ? { pid: owner.pid, started: owner.started } : null
  } catch {
    return null
  }
}

/** The Asterisk that runs on this work folder's configuration, by the pid file it wrote and its own command line. */
function runningAsterisk(work: string): ProcessIdentity | null {
  try {
    const pid = Number(readFileSync(join(runFolder(work), 'asterisk.pid'), 'utf8').trim())
    if (!Number.isInteger(pid) || pid <= 1) return null
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    if (!argv.includes(configFile(work)) || !argv.includes('-f')) return null
    return identityOf(pid)
  } catch {
    return null
  }
}

/** An Asterisk whose owner was killed is ended; one whose owner lives is left alone, with an error. True when there was one to end. */
async function endLeftover(work: string, log: (line: string) => void): Promise<boolean> {
  const asterisk = runningAsterisk(work)
  if (!asterisk) return false
  const owner = readOwner(work)
  if (owner && isAlive(owner))
    throw new PbxError('alreadyRunning', `The demo PBX in ${work} is already run by process ${owner.pid}: end that one first.`)
  log('Ending the Asterisk of an earlier run.')
  for (const [signal, limitMs] of [
    ['SIGTERM', 5000],
    ['SIGKILL', 2000],
  ] as const) {
    try {
      process.kill(asterisk.pid, signal)
    } catch {
      // gone in the meantime, which is what we want
    }
    const deadline = Date.now() + limitMs
    while (isAlive(asterisk) && Date.now() < deadline) await delay(30)
    if (!isAlive(asterisk)) return true
  }
  throw new PbxError('startFailed', `An Asterisk of an earlier run (process ${asterisk.pid}) cannot be ended.`)
}

function killGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // gone
  }
}

function logLines(work: string): string[] {
  try {
    const lines = readFileSync(join(work, 'log/messages.log'), 'utf8').split('\n').filter(Boolean)
    return lines.filter((line) => /ERROR|WARNING/.test(line)).slice(-5)
  } catch {
    return []
  }
}

function lastLines(lines: readonly string[]): string {
  return lines.slice(-8).join('\n') || '(none)'
}
