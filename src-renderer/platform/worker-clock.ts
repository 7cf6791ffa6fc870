import { type Clock, systemClock } from './clock.ts'

/** What is used of a Worker. */
export interface TimerWorker {
  postMessage(message: TimerRequest): void
  onmessage: ((event: MessageEvent<number>) => void) | null
}

/** Wake `id` after so long; without a delay: forget it. */
export interface TimerRequest {
  readonly id: number
  readonly delayMs: number | null
}

/**
 * Time that also runs in a page out of sight: browsers let its own timers through only once a second or once a minute,
 * but not those of a worker. Until the worker runs, and where there is none, the page's own timers serve.
 */
export class WorkerClock implements Clock {
  readonly #worker: TimerWorker | null
  readonly #fallback: Clock
  readonly #waiting = new Map<number, () => void>()
  #nextId = 1
  #runs = false

  constructor(worker: TimerWorker | null, fallback: Clock = systemClock) {
    this.#worker = worker
    this.#fallback = fallback
    if (worker === null) return
    worker.onmessage = ({ data: id }) => {
      this.#runs = true
      const callback = this.#waiting.get(id)
      this.#waiting.delete(id)
      callback?.()
    }
    // The first to come back shows that it runs.
    worker.postMessage({ id: 0, delayMs: 0 })
  }

  nowMs(): number {
    return this.#fallback.nowMs()
  }

  after(delayMs: number, callback: () => void): () => void {
    const worker = this.#worker
    if (worker === null || !this.#runs) return this.#fallback.after(delayMs, callback)
    const id = this.#nextId++
    this.#waiting.set(id, callback)
    worker.postMessage({ id, delayMs })
    return () => {
      if (this.#waiting.delete(id)) worker.postMessage({ id, delayMs: null })
    }
  }
}

/** The page's clock; one worker for all who ask. */
export function openWorkerClock(): Clock {
  clock ??= new WorkerClock(startWorker())
  return clock
}
let clock: Clock | null = null

function startWorker(): TimerWorker | null {
  try {
    return new Worker(new URL('./timer-worker.ts', import.meta.url), { type: 'module' })
  } catch {
    return null
  }
}
