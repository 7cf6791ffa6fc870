import { nameAt } from '../../contract/index.ts'
import { type Visit, visitsOfCall } from '../fold/visits.ts'
import { type QueueAmiEvent, QueueLogEvents, type QueueLogRow } from '../sources/index.ts'

/** A visit the record may not have yet. */
export interface LiveVisit extends Visit {
  /** The call's key in the record: its Linkedid. */
  readonly callKey: string
}

interface Channel {
  readonly callKey: string
  readonly lines: QueueLogRow[]
  visits: readonly Visit[]
  /** Asterisk was not heard for a while: what became of its caller may never be told. */
  missedSome: boolean
}

/**
 * Visits to queues from AMI, made into lines of queue_log and folded by what folds the record, so that both come to the same.
 * Only of callers who were seen to join: those who waited before are the record's.
 */
export class LiveVisits {
  /** By the Asterisk server that tells. */
  readonly #lines = new Map<string, QueueLogEvents>()
  readonly #channels = new Map<string, Channel>()

  hear(events: readonly QueueAmiEvent[], server: string): void {
    const lines = this.#lines.get(server) ?? new QueueLogEvents()
    this.#lines.set(server, lines)
    for (const event of events)
      for (const said of lines.rows(event)) {
        const line = { ...said, callId: nameAt(server, said.callId), queue: nameAt(server, said.queue) }
        if (line.event === 'ENTERQUEUE' && !this.#channels.has(line.callId)) {
          const callKey = nameAt(server, event.fields['linkedid'] || said.callId)
          this.#channels.set(line.callId, { callKey, lines: [], visits: [], missedSome: false })
        }
        const channel = this.#channels.get(line.callId)
        if (!channel) continue
        channel.lines.push(line)
        channel.visits = visitsOfCall(channel.lines)
      }
  }

  /** The link to Asterisk was away. */
  missedSome(): void {
    for (const channel of this.#channels.values()) channel.missedSome = true
  }

  /** Those that began at this moment or later. */
  since(fromMs: number): LiveVisit[] {
    const visits: LiveVisit[] = []
    for (const { callKey, visits: own } of this.#channels.values())
      for (const visit of own) if (visit.enteredMs >= fromMs) visits.push({ ...visit, callKey })
    return visits
  }

  /** The oldest beginning among visits that go on or ended at this moment or later; null: none. */
  unsettledFromMs(endedFromMs: number): number | null {
    let oldest: number | null = null
    for (const { visits, missedSome } of this.#channels.values())
      for (const { enteredMs, leftMs, outcome } of visits) {
        const goesOn = outcome === 'waiting' && !missedSome
        if (goesOn || (leftMs ?? 0) >= endedFromMs) oldest = Math.min(oldest ?? enteredMs, enteredMs)
      }
    return oldest
  }

  /** The record has all that began before. */
  forgetBefore(fromMs: number): void {
    for (const [id, { visits }] of this.#channels)
      if (visits.every(({ enteredMs }) => enteredMs < fromMs)) this.#channels.delete(id)
  }
}
