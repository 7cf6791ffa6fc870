import { z } from 'zod'
import type { QueueLogRow } from './source.ts'

/** A member of a queue, as Asterisk has it now. */
export interface MemberNow {
  readonly queue: string
  readonly interface: string
  readonly paused: boolean
  readonly reason: string
  /** null: not paused, or not known. */
  readonly pausedSinceMs: number | null
  /** Written in queues.conf: never said to come or go. */
  readonly fixed: boolean
}

export const KnownMember = z.object({
  queue: z.string(),
  interface: z.string(),
  paused: z.boolean(),
  reason: z.string(),
})
export type KnownMember = z.infer<typeof KnownMember>

type Line = (event: string, member: KnownMember, atMs: number, data?: readonly string[]) => QueueLogRow

const line: Line = (event, { queue, interface: agent }, atMs, data = []) => ({
  ...{ atMs, callId: 'NONE', queue, agent, event, data },
})

/**
 * What was told of each member last. Whatever happened while nothing was heard is known by its end only: what is as it was has
 * lasted; what is another ended when it was last heard, and the other begins now.
 *
 *     known ──the same──▶ goes on                    known ──gone──▶ REMOVEMEMBER, when it was last heard
 *     (none) ──there──▶ ADDMEMBER, PAUSE now         known ──other──▶ both
 */
export class QueueMembers {
  readonly #known = new Map<string, KnownMember>()
  #revision = 0

  /** Another one whenever `all` may give something else. */
  revision(): number {
    return this.#revision
  }

  all(): KnownMember[] {
    return [...this.#known.values()]
  }

  of(queue: string, member: string): KnownMember | undefined {
    return this.#known.get(keyOf({ queue, interface: member }))
  }

  set(member: KnownMember): void {
    this.#known.set(keyOf(member), member)
    this.#revision += 1
  }

  remove(queue: string, member: string): void {
    if (this.#known.delete(keyOf({ queue, interface: member }))) this.#revision += 1
  }

  forget(): void {
    if (this.#known.size === 0) return
    this.#known.clear()
    this.#revision += 1
  }

  /** The lines that make of what was told what is there now. `heardMs`: up to when everything was heard. */
  renew(now: readonly MemberNow[], { heardMs, nowMs }: { heardMs: number; nowMs: number }): QueueLogRow[] {
    const there = new Map(now.map((member) => [keyOf(member), member]))
    const gone = this.all().filter((member) => !there.has(keyOf(member)))
    for (const { queue, interface: member } of gone) this.remove(queue, member)
    return [
      ...gone.map((member) => line('REMOVEMEMBER', member, heardMs)),
      ...now.flatMap((member) => this.#renewOne(member, { heardMs, nowMs })),
    ]
  }

  #renewOne(member: MemberNow, { heardMs, nowMs }: { heardMs: number; nowMs: number }): QueueLogRow[] {
    const { queue, interface: name, paused, reason, pausedSinceMs, fixed } = member
    const before = this.of(queue, name)
    // Paused for the same reason, but not still: again.
    const again = paused && pausedSinceMs !== null && pausedSinceMs > heardMs
    if (before && before.paused === paused && before.reason === reason && !again) return []
    this.set({ queue, interface: name, paused, reason })
    const fromMs = again ? Math.min(pausedSinceMs, nowMs) : nowMs
    const pause = paused ? [line('PAUSE', member, fromMs, reason === '' ? [] : [reason])] : []
    if (!fixed) return [...(before ? [line('REMOVEMEMBER', member, heardMs)] : []), line('ADDMEMBER', member, fromMs), ...pause]
    return [...(before?.paused ? [line('UNPAUSE', member, heardMs)] : []), ...pause]
  }
}

const keyOf = ({ queue, interface: member }: Pick<KnownMember, 'queue' | 'interface'>): string => `${queue} ${member}`
