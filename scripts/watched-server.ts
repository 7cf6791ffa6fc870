import { watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { say } from './launch-words.ts'
import { projectRoot } from './run.ts'
import type { ServerProcess } from './server-process.ts'

/** An editor writes a file in several steps, and a branch switch writes many. */
const settleMs = 150

type Running = Pick<ServerProcess, 'url' | 'pid' | 'exited' | 'stop'>

export interface WatchedServerDeps {
  readonly startServer: () => Promise<Running>
  /** Calls back at each change of a source; returns what ends that. */
  readonly watch: (changed: () => void) => () => void
  /** Resolves when a burst of changes should be over. */
  readonly settle: () => Promise<void>
  readonly log: (line: string) => void
}

/** The server's sources and a real clock. */
export const serverSources: Pick<WatchedServerDeps, 'watch' | 'settle'> = {
  watch: (changed) => {
    const watcher = watch(join(projectRoot, 'server'), { recursive: true }, (_, file) => {
      if (file !== null && /(?<!\.test)\.ts$/.test(file)) changed()
    })
    return () => watcher.close()
  },
  settle: () => delay(settleMs),
}

/**
 * The server, started again when one of its sources changes; one that does not start waits for the next change.
 * Not `node --watch`: that outlives a launcher that was killed, and tells nobody that a start has failed.
 */
export class WatchedServer {
  readonly url: string
  readonly #deps: WatchedServerDeps
  readonly #unwatch: () => void
  #server: Running | null = null
  #restarting: Promise<void> | null = null
  #changed = false
  #stopped = false

  private constructor(deps: WatchedServerDeps, server: Running) {
    this.#deps = deps
    this.url = server.url
    this.#keep(server)
    this.#unwatch = deps.watch(() => {
      this.#changed = true
      this.#restarting ??= this.#restart().finally(() => {
        this.#restarting = null
      })
    })
  }

  /** Rejects when the first start fails. */
  static async start(deps: WatchedServerDeps): Promise<WatchedServer> {
    return new WatchedServer(deps, await deps.startServer())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#unwatch()
    await this.#restarting
    await this.#end()
  }

  async #restart(): Promise<void> {
    const { startServer, settle, log } = this.#deps
    while (this.#changed && !this.#stopped) {
      await settle()
      this.#changed = false
      await this.#end()
      if (this.#stopped) return
      try {
        const server = await startServer()
        this.#keep(server)
        log(say.serverRestarted(server.pid))
      } catch (cause) {
        log(cause instanceof Error ? cause.message : String(cause))
        log(say.serverWaits)
      }
    }
  }

  #keep(server: Running): void {
    this.#server = server
    void server.exited.then(() => {
      if (this.#server !== server) return
      this.#server = null
      this.#deps.log(say.ended('server'))
    })
  }

  async #end(): Promise<void> {
    const server = this.#server
    this.#server = null
    await server?.stop()
  }
}
