import type { FloorToday } from '../../contract/index.ts'

/** A time a server was not heard in. `toMs` null: it is away. */
interface Silence {
  readonly fromMs: number
  readonly toMs: number | null
}

interface Asked {
  /** The record has everything before; null: it has nothing. */
  readonly recordMs: number | null
  /** What is before is of no interest. */
  readonly fromMs: number
  readonly nowMs: number
}

/** Nobody is told of a time as short as this while it goes on. */
const shortestMissingMs = 30_000
/** What goes on ends with the next of these: figures that differ each second would be sent each second. */
const stepMs = 60_000

/** When the Asterisk servers were not heard, each by itself: from the first moment the record may lack to the last. */
export class HeardTimes {
  readonly #silences = new Map<string, Silence>()

  up(server: string, nowMs: number): void {
    if (this.isUp(server)) return
    const { fromMs } = this.#silences.get(server) ?? before
    // queue_log counts in whole seconds.
    this.#silences.set(server, { fromMs, toMs: Math.ceil(nowMs / 1_000) * 1_000 })
  }

  away(server: string, nowMs: number, recordMs: number | null): void {
    const last = this.#silences.get(server) ?? before
    if (last.toMs === null) {
      this.#silences.set(server, last)
      return
    }
    const passed = last.toMs <= (recordMs ?? 0)
    this.#silences.set(server, { fromMs: passed ? nowMs : last.fromMs, toMs: null })
  }

  /** It is none of the servers any more. */
  forget(server: string): void {
    this.#silences.delete(server)
  }

  isUp(server: string): boolean {
    return (this.#silences.get(server) ?? before).toMs !== null
  }

  /** What any server lacks, as one time. */
  missing(asked: Asked): FloorToday['missing'] {
    const servers = this.#silences.size === 0 ? [''] : [...this.#silences.keys()]
    const all = servers.flatMap((server) => this.missingOf(server, asked) ?? [])
    const [first] = all
    if (!first) return null
    const fromMs = first.fromMs === null ? null : Math.min(...all.map((one) => one.fromMs ?? 0))
    return { fromMs, toMs: Math.max(...all.map(({ toMs }) => toMs)) }
  }

  missingOf(server: string, { recordMs, fromMs, nowMs }: Asked): FloorToday['missing'] {
    const silence = this.#silences.get(server) ?? before
    const toMs = silence.toMs ?? Math.ceil(nowMs / stepMs) * stepMs
    const lackedMs = Math.max(recordMs ?? 0, silence.fromMs, fromMs)
    const shortest = silence.toMs === null && recordMs !== null ? shortestMissingMs : 0
    if ((silence.toMs ?? nowMs) - lackedMs <= shortest) return null
    return { fromMs: recordMs === null ? null : lackedMs, toMs }
  }
}

/** Of a server that was not heard yet. */
const before: Silence = { fromMs: 0, toMs: null }
