import { Worker } from 'node:worker_threads'

/** Commits between two of them. */
const everyCommits = 250

/**
 * Moves SQLite's journal into the database, in a thread of its own: it copies pages and waits for the disk twice. The thread
 * is there from the first need on.
 */
export class Checkpoints {
  readonly #path: string
  readonly #onFailure: (error: Error) => void
  #worker: Worker | null = null
  #commits = 0
  #running = false
  #failing = false
  #ended = false

  /** `onFailure`: once, until one has succeeded again; the next is tried after as many commits as ever. */
  constructor(deps: { path: string; onFailure: (error: Error) => void }) {
    this.#path = deps.path
    this.#onFailure = deps.onFailure
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
    worker.on('message', (failure: unknown) => this.#done(typeof failure === 'string' ? new Error(failure) : null))
    // The next need begins another one.
    worker.on('error', (error) => {
      this.#worker = null
      this.#done(error instanceof Error ? error : new Error(String(error)))
    })
    return worker
  }

  #done(failure: Error | null): void {
    this.#running = false
    if (failure && !this.#failing) this.#onFailure(failure)
    this.#failing = failure !== null
  }
}
