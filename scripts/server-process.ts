import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import { projectRoot } from './run.ts'

const Ready = z.object({ type: z.literal('ready'), url: z.url() })

export interface ServerProcess {
  readonly url: string
  readonly pid: number
  /** Resolves with the exit code (null: ended by a signal) however the server ends. */
  readonly exited: Promise<number | null>
  /** Asks it to stop and waits until it did. */
  stop(): Promise<void>
  /** Ends it without a chance to say anything, as a crash would. */
  kill(): Promise<void>
}

export interface ServerOptions {
  /** CALLSYNC_* settings on top of the environment. */
  readonly env: Readonly<Record<string, string>>
  /** Where its log goes: our own output, or a collector. */
  readonly log: 'inherit' | 'ignore' | ((chunk: string) => void)
  /** Aborted while it starts: it is ended, and `startServer` rejects. Once it is ready, `stop` ends it. */
  readonly signal?: AbortSignal
}

/**
 * Little memory before the last bit of speed: the server's data is small and lives long. Without these the young
 * generation grows to 32 MB at the first burst and stays, and the type stripper's WebAssembly is compiled a second time
 * for speed (figures: `npm run bench -- start`).
 */
const nodeOptions = ['--max-semi-space-size=4', '--liftoff-only']

/** The server as a child process that ends with us. Rejects with its own line when it could not start. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const child: ChildProcess = spawn(
    process.execPath,
    [...nodeOptions, '--import', new URL('./node-check.mjs', import.meta.url).href, join(projectRoot, 'server', 'main.ts')],
    {
      cwd: projectRoot,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', options.log === 'inherit' ? 'inherit' : 'pipe', 'pipe', 'ipc'],
      // Ctrl-C in the terminal is for who started us: a server that was gone before would look like one that failed.
      detached: process.platform !== 'win32',
    },
  )
  let errors = ''
  let ready = false
  const { log } = options
  child.stdout?.on('data', (chunk: Buffer) => {
    if (typeof log === 'function') log(chunk.toString())
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000)
    // Why it could not start is said by whoever catches it, not twice.
    if (log === 'inherit' && ready) process.stderr.write(chunk)
    else if (typeof log === 'function') log(chunk.toString())
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const giveUp = () => child.kill('SIGTERM')
  options.signal?.addEventListener('abort', giveUp)
  const url = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.on('message', (message) => {
      const told = Ready.safeParse(message)
      if (!told.success) return
      ready = true
      if (log === 'inherit') process.stderr.write(errors)
      resolve(told.data.url)
    })
    void exited.then(() => reject(new Error(errors.trim() || 'The server ended before it was ready.')))
  }).finally(() => options.signal?.removeEventListener('abort', giveUp))
  if (child.pid === undefined) throw new Error('The server has no process.')
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  return { url, pid: child.pid, exited, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}
