import { Worker } from 'node:worker_threads'

/** Commits between two of them. */
const everyCommits = 250

/**
 * Moves SQLite's journal into the database, in a thread of its own: it copies pages and waits for the disk twice. The thread
 * is there from the first need on.
 */
export class Checkpoints {
  readonly #path: string
  #worker: Worker | null = null
  #commits = 0
  #running = false
  #ended = false

  constructor(deps: { path: string }) {
    this.#path = deps.path
  }

  committed(): void {
    this.#commits += 1
    if (this.#commits < everyCommits || this.#running || this.#ended) return
    this.#commits = 0
    this.#running = true
    this.#worker ??= this.#start()
    this.#worker.postMessage('checkpoint')
  }

  /** When the thread has given the file free. */
  async stop(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    this.#ended = true
    if (!worker) return
    const exited = new Promise((resolve) => void worker.once('exit', resolve))
    worker.ref()
    worker.postMessage('stop')
    await exited
  }

  #start(): Worker {
    const worker = new Worker(new URL('./checkpoint-worker.mjs', import.meta.url), {
      workerData: { path: this.#path },
      resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2 },
    })
    worker.unref()
    worker.on('message', () => {
      this.#running = false
    })
    // From here on the connection that writes does it, when the journal is long enough (see open-sqlite.ts).
    worker.on('error', () => {
      this.#ended = true
      this.#worker = null
    })
    return worker
  }
}
