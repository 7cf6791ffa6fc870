import { firstServer } from '../../contract/index.ts'
import type { Disposer } from '../../telephony/telephony.ts'
import { AmiRecord, type AmiRecordDeps } from './ami-record.ts'

type Shared = Omit<AmiRecordDeps, 'server' | 'queueLines'>

interface AmiRecordsDeps extends Shared {
  /** Of which Asterisk servers there are, `ConnectionSettings`. */
  readonly servers: { others(): readonly { readonly id: string }[]; onChange(listener: () => void): Disposer }
  /** Of this server, queue lines too. */
  readonly queueLines: (server: string) => boolean
}

/** One record for each Asterisk: what is away from one is no gap of another. */
export class AmiRecords {
  readonly #deps: AmiRecordsDeps
  readonly #records = new Map<string, AmiRecord>()
  #undo: Disposer = () => undefined

  constructor(deps: AmiRecordsDeps) {
    this.#deps = deps
  }

  /** Before telephony connects, now and to servers that are added. */
  start(): void {
    this.#undo = this.#deps.servers.onChange(() => this.#follow())
    this.#follow()
  }

  stop(): void {
    this.#undo()
    for (const record of this.#records.values()) record.stop()
    this.#records.clear()
  }

  #follow(): void {
    const wanted = new Set([firstServer, ...this.#deps.servers.others().map(({ id }) => id)])
    for (const [server, record] of this.#records) {
      if (wanted.has(server)) continue
      record.stop()
      this.#records.delete(server)
    }
    for (const server of wanted) {
      if (this.#records.has(server)) continue
      const { servers: _, queueLines, ...shared } = this.#deps
      const record = new AmiRecord({ ...shared, server, queueLines: () => queueLines(server) })
      this.#records.set(server, record)
      record.start()
    }
  }
}
