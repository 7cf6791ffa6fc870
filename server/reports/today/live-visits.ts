import { nameAt } from '../../contract/index.ts'
import { type Visit, visitsOfCall } from '../fold/visits.ts'
import { type QueueAmiEvent, QueueLogEvents, type QueueLogRow } from '../sources/index.ts'

/** A visit the record may not have yet. */
export interface LiveVisit extends Visit {
  /** The call's key in the record: its Linkedid. */
  readonly callKey: string
  /** It may be over: its server was away since it began. */
  readonly missedSome: boolean
}

interface Channel {
  readonly callKey: string
  readonly server: string
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
  #revision = 0

  /** Another one whenever `since` may give something else. */
  revision(): number {
    return this.#revision
  }

  hear(events: readonly QueueAmiEvent[], server: string): void {
    const lines = this.#lines.get(server) ?? new QueueLogEvents()
    this.#lines.set(server, lines)
    for (const event of events)
      for (const said of lines.rows(event)) {
        const line = { ...said, callId: nameAt(server, said.callId), queue: nameAt(server, said.queue) }
        if (line.event === 'ENTERQUEUE' && !this.#channels.has(line.callId)) {
          const callKey = nameAt(server, event.fields['linkedid'] || said.callId)
          this.#channels.set(line.callId, { callKey, server, lines: [], visits: [], missedSome: false })
        }
        const channel = this.#channels.get(line.callId)
        if (!channel) continue
        channel.lines.push(line)
        channel.visits = visitsOfCall(channel.lines)
        this.#revision += 1
      }
  }

  /** The link to this Asterisk server is away. */
  missedSome(server: string): void {
    for (const channel of this.#channels.values()) if (channel.server === server) channel.missedSome = true
    this.#revision += 1
  }

  /** Those that began at this moment or later. */
  since(fromMs: number): LiveVisit[] {
    const visits: LiveVisit[] = []
    for (const { callKey, missedSome, visits: own } of this.#channels.values())
      for (const visit of own) if (visit.enteredMs >= fromMs) visits.push({ ...visit, callKey, missedSome })
    return visits
  }

  /** Of one call, in the order of their beginnings. */
  ofCall(callKey: string): LiveVisit[] {
    return this.since(0)
      .filter((visit) => visit.callKey === callKey)
      .sort((a, b) => a.enteredMs - b.enteredMs)
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

  forgetCall(callKey: string): void {
    this.#forget((channel) => channel.callKey === callKey)
  }

  /** The record has all that began before. */
  forgetBefore(fromMs: number): void {
    this.#forget(({ visits }) => visits.every(({ enteredMs }) => enteredMs < fromMs))
  }

  /** Nobody asks any more for those that began before and are over. */
  forgetOver(fromMs: number): void {
    this.#forget(({ visits, missedSome }) =>
      visits.every(({ enteredMs, outcome }) => enteredMs < fromMs && (missedSome || outcome !== 'waiting')),
    )
  }

  #forget(which: (channel: Channel) => boolean): void {
    for (const [id, channel] of this.#channels) {
      if (!which(channel)) continue
      this.#channels.delete(id)
      this.#revision += 1
    }
  }
}
