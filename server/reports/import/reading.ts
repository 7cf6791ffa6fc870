import type { ImportStateTable } from '../record/schema.ts'
import type { FirstImport, ImportProgress } from './protocol.ts'

/** Reads the sources step by step, until it is stopped. */
export interface Reader {
  start(): void
  /** Resolves when the step under way is written. */
  stop(): Promise<void>
}

/** What a reader begins with, and tells. */
export interface ReaderStart {
  /** As the sources were left. */
  readonly states: readonly ImportStateTable[]
  readonly firstImport: FirstImport | null
  readonly onProgress: (progress: ImportProgress) => void
}

export interface ReadingDeps {
  readonly firstImport: FirstImport | null
  readonly states: () => readonly ImportStateTable[]
  /** In a thread of its own, which keeps tens of megabytes for as long as it runs. */
  readonly beside: (start: ReaderStart) => Reader
  /** In the writer's thread. */
  readonly here: (start: ReaderStart) => Reader
  readonly onProgress: (progress: ImportProgress) => void
}

/** More than one step of the import takes. */
const muchRows = 60_000

/**
 * Reads in a thread of its own while there is much to read, and in the writer's for the rest of the time.
 *
 *     start ──first import──▶ beside ──everything is read──▶ here ◀──── start
 *                               ▲                              │
 *                               └────── a step, and more ──────┘
 */
export class Reading {
  readonly #deps: ReadingDeps
  #reader: Reader | null = null
  #progress: ImportProgress = { rows: 0, caughtUpAtMs: null, atRest: false }
  #moving: Promise<void> | null = null
  #stopped = false

  constructor(deps: ReadingDeps) {
    this.#deps = deps
  }

  start(): void {
    const { firstImport } = this.#deps
    this.#begin(firstImport ? 'beside' : 'here', firstImport)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#moving
    await this.#reader?.stop()
  }

  #begin(where: 'beside' | 'here', firstImport: FirstImport | null): void {
    const { states, onProgress } = this.#deps
    const before = this.#progress
    let rowsAtRest = 0
    this.#reader = this.#deps[where]({
      states: states(),
      firstImport,
      onProgress: ({ rows, caughtUpAtMs, atRest }) => {
        // A source that is away keeps it where it was, whoever read it.
        this.#progress = { rows: before.rows + rows, caughtUpAtMs: caughtUpAtMs ?? before.caughtUpAtMs, atRest }
        onProgress(this.#progress)
        if (atRest) rowsAtRest = rows
        if (where === 'beside' && atRest) this.#move('here')
        if (where === 'here' && rows - rowsAtRest >= muchRows) this.#move('beside')
      },
    })
    this.#reader.start()
  }

  #move(to: 'beside' | 'here'): void {
    if (this.#stopped) return
    this.#moving ??= this.#moveTo(to)
  }

  async #moveTo(to: 'beside' | 'here'): Promise<void> {
    await this.#reader?.stop()
    this.#moving = null
    if (!this.#stopped) this.#begin(to, null)
  }
}
