import { Worker } from 'node:worker_threads'
import type { Clock } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { SqlText } from '../queries/sql-text.ts'
import type { ReadAnswer, ReaderFiles, ReadQuestion } from './read-protocol.ts'

export type Rows = readonly unknown[]
export type Ask = (text: SqlText) => Promise<Rows>

/** Reads the record. Throws busy when it is asked too much at once, or when an answer takes too long. */
export interface RecordReader {
  rows: Ask
  stop(): Promise<void>
}

export interface ReportReader extends RecordReader {
  /** The rows of each, for little more than those of one: for short questions. */
  together(texts: readonly SqlText[]): Promise<readonly Rows[]>
  /** What `work` asks, one question after another, is answered as the record was at the first of them. */
  snapshot<T>(work: (ask: Ask) => Promise<T>): Promise<T>
}

export interface ReadPoolDeps extends ReaderFiles {
  readonly clock: Clock
  /** Threads. */
  readonly size?: number
  /** How many may wait for a thread. */
  readonly waiting?: number
  /** For an answer, the wait for a thread included; clients give up after 10 s. */
  readonly deadlineMs?: number
  /** An answer could not be read because the file is damaged. */
  readonly onDamage?: () => void
}

interface Task {
  readonly texts: readonly SqlText[]
  readonly hold: Hold | null
  readonly resolve: (rows: readonly Rows[]) => void
  readonly reject: (error: Error) => void
  /** The caller was answered, in good or bad. */
  settled: boolean
}

/** A snapshot, and the thread that has it from its first question on. */
interface Hold {
  readonly untilMs: number
  thread: Thread | null
  over: boolean
}

interface Thread {
  readonly worker: Worker
  task: { readonly id: number; readonly task: Task } | null
  hold: Hold | null
}

/**
 * A few threads that each read one question at a time. SQLite cannot be stopped within a statement: a thread whose question is
 * late works on for nobody and counts as busy until it is back, so that late questions never pile up on the processor.
 */
export class ReadPool implements ReportReader {
  readonly #deps: Required<ReadPoolDeps>
  readonly #threads: Thread[] = []
  readonly #queue: Task[] = []
  #lastId = 0
  #stopped = false

  constructor(deps: ReadPoolDeps) {
    this.#deps = { size: 2, waiting: 24, deadlineMs: 9_000, onDamage: () => undefined, ...deps }
  }

  async rows(text: SqlText): Promise<Rows> {
    const [rows = []] = await this.#ask([text], null)
    return rows
  }

  together(texts: readonly SqlText[]): Promise<readonly Rows[]> {
    return this.#ask(texts, null)
  }

  async snapshot<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
    const hold: Hold = { untilMs: this.#deps.clock.nowMs() + this.#deps.deadlineMs, thread: null, over: false }
    try {
      return await work(async (text) => {
        const [rows = []] = await this.#ask([text], hold)
        return rows
      })
    } finally {
      hold.over = true
      this.#release(hold.thread)
    }
  }

  #ask(texts: readonly SqlText[], hold: Hold | null): Promise<readonly Rows[]> {
    if (this.#stopped) return Promise.reject(new AppError('busy', 'the server is stopping'))
    const holder = hold?.thread ?? null
    if (holder && !this.#threads.includes(holder)) return Promise.reject(busy('the record of calls is being made anew'))
    const waiting = this.#queue.filter((task) => !task.settled).length
    if (!holder && waiting >= this.#deps.waiting) return Promise.reject(busy('too many reports at once'))
    const { clock, deadlineMs } = this.#deps
    return new Promise((resolve, reject) => {
      const settle = () => {
        task.settled = true
        forget()
      }
      const task: Task = {
        texts,
        hold,
        settled: false,
        resolve: (rows) => {
          settle()
          resolve(rows)
        },
        reject: (error) => {
          settle()
          reject(error)
        },
      }
      const forget = clock.after(hold ? Math.max(0, hold.untilMs - clock.nowMs()) : deadlineMs, () => {
        if (!task.settled) task.reject(busy('the report took too long'))
      })
      if (holder) return this.#give(holder, task)
      this.#queue.push(task)
      this.#next()
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const threads = this.#threads.splice(0)
    for (const task of [...this.#queue.splice(0), ...threads.flatMap((thread) => thread.task?.task ?? [])])
      if (!task.settled) task.reject(new AppError('busy', 'the server is stopping'))
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }

  #next(): void {
    while (this.#queue[0]?.settled) this.#queue.shift()
    const [task] = this.#queue
    if (!task || this.#stopped) return
    const free = this.#threads.find((one) => one.task === null && one.hold === null) ?? this.#add()
    if (!free) return
    this.#queue.shift()
    this.#give(free, task)
  }

  #give(thread: Thread, task: Task): void {
    if (thread.task) throw new RangeError('a snapshot answers one question after another')
    const question: ReadQuestion = { id: ++this.#lastId, texts: task.texts, held: task.hold !== null }
    thread.task = { id: question.id, task }
    thread.hold = task.hold
    if (task.hold) task.hold.thread = thread
    thread.worker.postMessage(question)
  }

  /** When the question under way is answered, if there is one. */
  #release(thread: Thread | null): void {
    if (!thread?.hold?.over || thread.task) return
    thread.hold = null
    const question: ReadQuestion = { release: true }
    thread.worker.postMessage(question)
    this.#next()
  }

  #add(): Thread | null {
    const { size, recordFile, appFile } = this.#deps
    if (this.#threads.length >= size) return null
    const workerData: ReaderFiles = { recordFile, appFile }
    const worker = new Worker(new URL('./read-worker.ts', import.meta.url), { workerData })
    const thread: Thread = { worker, task: null, hold: null }
    worker.on('message', (answer: ReadAnswer) => this.#answered(thread, answer))
    worker.on('error', (error: Error) => this.#lost(thread, error))
    this.#threads.push(thread)
    return thread
  }

  #answered(thread: Thread, answer: ReadAnswer): void {
    const task = thread.task?.id === answer.id ? thread.task.task : null
    thread.task = null
    const damaged = 'damaged' in answer && answer.damaged
    if (damaged) this.#deps.onDamage()
    if (task && !task.settled) {
      if ('rows' in answer) task.resolve(answer.rows)
      else if (answer.closed || damaged) task.reject(busy('the record of calls is being made anew'))
      else task.reject(new Error(`the record could not be read: ${answer.error}`))
    }
    this.#release(thread)
    this.#next()
  }

  #lost(thread: Thread, error: Error): void {
    const at = this.#threads.indexOf(thread)
    if (at >= 0) this.#threads.splice(at, 1)
    if (thread.task && !thread.task.task.settled) thread.task.task.reject(error)
    this.#next()
  }
}

const busy = (message: string): AppError => new AppError('busy', message, { retryAfterMs: 5_000 })
