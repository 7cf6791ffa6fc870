import type { Batch, QueueLogRow, RecordSource } from '../sources/index.ts'

/** Lines that AMI tells while the server runs, as a source: what was not taken before a restart is told by nobody again. */
export class EventLines implements RecordSource<QueueLogRow> {
  readonly id: string
  #lines: QueueLogRow[] = []

  constructor(id: string) {
    this.id = id
  }

  add(rows: readonly QueueLogRow[]): void {
    this.#lines.push(...rows)
  }

  async read(_after: string | null, limit: number): Promise<Batch<QueueLogRow>> {
    const rows = this.#lines.splice(0, limit)
    const upToMs = rows.at(-1)?.atMs ?? null
    return { rows, problems: [], cursor: String(upToMs ?? ''), more: this.#lines.length > 0, upToMs }
  }

  async stop(): Promise<void> {}
}
