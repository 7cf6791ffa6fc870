import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { say } from './launch-words.ts'
import { projectRoot } from './run.ts'
import { type ServerOptions, type ServerProcess, startServer } from './server-process.ts'

/** An editor writes a file in several steps, and a branch switch writes many. */
const settleMs = 150

/**
 * The server, started again when one of its sources changes; one that does not start waits for the next change.
 * Not `node --watch`: that outlives a launcher that was killed, and tells nobody that a start has failed.
 */
export class WatchedServer {
  readonly url: string
  readonly #options: ServerOptions
  readonly #watcher: FSWatcher
  #server: ServerProcess | null
  #restarting: Promise<void> | null = null
  #changed = false
  #stopped = false

  private constructor(options: ServerOptions, server: ServerProcess) {
    this.#options = options
    this.#server = server
    this.url = server.url
    this.#watcher = watch(join(projectRoot, 'server'), { recursive: true }, (_, file) => {
      if (file !== null && /\.ts$/.test(file) && !/\.test\.ts$/.test(file)) this.#restartSoon()
    })
  }

  static async start(options: ServerOptions): Promise<WatchedServer> {
    return new WatchedServer(options, await startServer(options))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#watcher.close()
    await this.#restarting
    await this.#server?.stop()
  }

  #restartSoon(): void {
    this.#changed = true
    this.#restarting ??= this.#restart().finally(() => {
      this.#restarting = null
    })
  }

  async #restart(): Promise<void> {
    while (this.#changed && !this.#stopped) {
      await delay(settleMs)
      this.#changed = false
      await this.#server?.stop()
      this.#server = null
      try {
        this.#server = await startServer(this.#options)
        console.log(say.serverRestarted(this.#server.pid))
      } catch (cause) {
        console.error(cause instanceof Error ? cause.message : cause)
        console.error(say.serverWaits)
      }
    }
  }
}
