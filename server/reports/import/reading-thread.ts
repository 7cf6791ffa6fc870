import { Worker } from 'node:worker_threads'
import type { ImportStep } from './import-step.ts'
import type { FromReading, ImportProgress, ReadingSetup, ToReading } from './protocol.ts'

export interface ReadingThreadDeps {
  readonly setup: ReadingSetup
  readonly write: (step: ImportStep) => void
  readonly between: () => boolean
  /** A step could not be written: it is tried again later. */
  readonly onFailure: (error: unknown) => void
  readonly onProgress: (progress: ImportProgress) => void
}

/** A first import makes much that is soon forgotten: with more room for it, less of it has to be moved about. */
const roomForNewMb = 64

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Reads the sources and puts new calls together in a thread beside the writer's, so that the one works while the other does. */
export class ReadingThread {
  readonly #deps: ReadingThreadDeps
  #worker: Worker | null = null
  #error: unknown = null

  constructor(deps: ReadingThreadDeps) {
    this.#deps = deps
  }

  start(): void {
    const { setup, write, between, onFailure, onProgress } = this.#deps
    const worker = new Worker(new URL('./reading-worker.ts', import.meta.url), {
      workerData: setup,
      resourceLimits: { maxYoungGenerationSizeMb: roomForNewMb },
    })
    this.#worker = worker
    worker.on('message', (message: FromReading) => {
      if (message.kind === 'write')
        this.#answer(() => {
          write(message.step)
          return false
        })
      if (message.kind === 'between') this.#answer(between)
      if (message.kind === 'failure') onFailure(this.#failed(message.reason))
      if (message.kind === 'progress') onProgress(message.progress)
    })
    worker.once('exit', () => {
      this.#worker = null
    })
    // Ends this thread too, which is begun anew as a whole.
    worker.on('error', (error) => {
      throw error
    })
  }

  /** Resolves when the step under way is written. */
  async stop(): Promise<void> {
    const worker = this.#worker
    if (!worker) return
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ kind: 'stop' } satisfies ToReading)
    await gone
  }

  /** With its code, where the writer failed. */
  #failed(reason: string): unknown {
    const error = this.#error
    this.#error = null
    return error !== null && textOf(error) === reason ? error : new Error(reason)
  }

  #answer(work: () => boolean): void {
    let answer: ToReading
    try {
      answer = { kind: 'done', unfinished: work() }
    } catch (error) {
      this.#error = error
      answer = { kind: 'failed', reason: textOf(error) }
    }
    this.#worker?.postMessage(answer)
  }
}
