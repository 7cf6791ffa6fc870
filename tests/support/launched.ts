import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort, project } from './pbx.ts'

/** A folder and ports for one installation of the product as a person starts it. */
export interface Place {
  readonly folder: string
  readonly dataFolder: string
  readonly url: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
}

export async function newPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'callsync-launch-'))
  const dataFolder = join(folder, 'data')
  const port = await freePort()
  return {
    folder,
    dataFolder,
    port,
    url: `http://127.0.0.1:${port}`,
    env: {
      LANG: 'C.UTF-8',
      CALLSYNC_DATA: dataFolder,
      CALLSYNC_PORT: `${port}`,
      CALLSYNC_PBX_WORK: join(folder, 'work'),
      CALLSYNC_PBX_SIP_PORT: `${await freePort()}`,
      CALLSYNC_PBX_HTTP_PORT: `${await freePort()}`,
      CALLSYNC_PBX_AMI_PORT: `${await freePort()}`,
      CALLSYNC_PBX_TRUNK_PORT: `${await freePort()}`,
      CALLSYNC_PBX_RTP_START: `${10_000 + 100 * Math.floor(Math.random() * 48)}`,
    },
  }
}

/** Ends what is left of a place and deletes it. */
export function leave(place: Place): void {
  for (const { pid } of processesOf(place)) process.kill(pid, 'SIGKILL')
  rmSync(place.folder, { recursive: true, force: true })
}

/** Every process that was started for this place, whoever its parent is by now: they have the place in their environment. */
export function processesOf(place: Place): { pid: number; command: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').includes(`CALLSYNC_DATA=${place.dataFolder}\0`)) return []
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      // A zombie has no command line; it is gone for everybody but its parent.
      return command === '' ? [] : [{ pid: Number(name), command }]
    } catch {
      // ended while we looked, or not ours to read
      return []
    }
  })
}

/** Not the shell beside it. */
export const asteriskOf = (place: Place) =>
  processesOf(place).filter(({ command }) => command.endsWith('asterisk.conf -f') && !command.includes('watch.sh'))

export interface Launched {
  /** Everything it has printed. */
  readonly output: () => string
  /** Resolves when this has been printed; rejects with the output when it ends before. */
  printed(text: string): Promise<void>
  /** Resolves with npm's exit code. */
  readonly ended: Promise<number | null>
  /** Ctrl-C, as a terminal sends it: to every process in the foreground. Resolves when the prompt would be back. */
  interrupt(): Promise<void>
  /** The launcher itself, below npm. */
  launcherPid(): number
}

/** `npm run SCRIPT -- ARGS`, in a process group of its own, as a terminal has it. */
export function launch(
  place: Place,
  script: 'start' | 'dev',
  args: readonly string[],
  env: Record<string, string> = {},
): Launched {
  const child: ChildProcess = spawn('npm', ['run', '--silent', script, '--', ...args], {
    cwd: project,
    env: { ...process.env, LC_ALL: '', ...place.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<number | null>((done, fail) => {
    child.once('error', fail)
    child.once('exit', (code) => done(code))
  })
  return {
    output: () => output,
    ended,
    printed: (text) =>
      new Promise((done, fail) => {
        const look = () => output.includes(text) && done()
        listeners.add(look)
        look()
        void ended.then((code) => fail(new Error(`ended with ${code} before "${text}":\n${output}`)))
      }),
    interrupt: async () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
      await ended
    },
    launcherPid: () => {
      const found = processesOf(place).find(
        ({ command }) => /node .*scripts\/(start|dev)\.ts/.test(command) && !command.startsWith('sh '),
      )
      if (!found) throw new Error('the launcher does not run')
      return found.pid
    },
  }
}

/** Waits until nothing of the place runs any more; whoever outlives that. A shell's last sleep may end after the shell. */
export async function survivors(place: Place, limitMs = 1_000): Promise<string[]> {
  const deadline = Date.now() + limitMs
  while (processesOf(place).length > 0 && Date.now() < deadline) await delay(100)
  return processesOf(place).map(({ command }) => command)
}
