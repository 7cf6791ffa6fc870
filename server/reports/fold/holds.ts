import type { CelRow } from '../sources/source.ts'

/** How long the other side was on hold during a time of a channel's talk; null where nobody told of holds. */
export type Holds = (channel: string, fromMs: number, toMs: number) => number | null

interface Hold {
  readonly fromMs: number
  /** null: the talk ended on hold. */
  readonly toMs: number | null
}

const nobodyTold: Holds = () => null

/**
 * Holds of a call's channels, out of what AMI told (CDR, queue_log and CEL have none). WATCHED says that a channel was followed
 * from its beginning to its end: without a HOLD there was none.
 */
export function holdsOf(cel: readonly CelRow[]): Holds {
  const told = cel.filter(({ eventType }) => eventType === 'HOLD' || eventType === 'UNHOLD' || eventType === 'WATCHED')
  if (told.length === 0) return nobodyTold
  const byChannel = new Map<string, Hold[]>()
  const open = new Map<string, number>()
  // At one moment a hold ends before another begins.
  const order = (row: CelRow): number => (row.eventType === 'UNHOLD' ? 0 : 1)
  for (const { channel, eventType, atMs } of told.sort((a, b) => a.atMs - b.atMs || order(a) - order(b))) {
    const holds = byChannel.get(channel) ?? []
    byChannel.set(channel, holds)
    const fromMs = open.get(channel)
    if (eventType === 'HOLD' && fromMs === undefined) open.set(channel, atMs)
    if (eventType !== 'UNHOLD' || fromMs === undefined) continue
    holds.push({ fromMs, toMs: atMs })
    open.delete(channel)
  }
  for (const [channel, fromMs] of open) byChannel.get(channel)?.push({ fromMs, toMs: null })

  return (channel, fromMs, toMs) => {
    const holds = byChannel.get(channel)
    if (!holds) return null
    return holds.reduce((sum, hold) => sum + Math.max(0, Math.min(toMs, hold.toMs ?? toMs) - Math.max(fromMs, hold.fromMs)), 0)
  }
}
