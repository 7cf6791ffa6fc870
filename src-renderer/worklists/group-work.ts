import { isFreeWork, type QueueName } from '../../server/contract/index.ts'
import { byDue } from './due.ts'
import type { WorkItem } from './work-pages.ts'

/** `mine`: what I hold. `shared`: lists of queues, free or taken by others. `others`: personal ones of others (supervisors). */
export interface WorkGroup {
  readonly kind: 'mine' | 'shared' | 'direct' | 'others'
  readonly queue: QueueName | null
  readonly items: readonly WorkItem[]
}

const due = (item: WorkItem): { dueAtMs: number | null; createdAtMs: number } =>
  item.kind === 'callBack' ? item.entry : { dueAtMs: null, createdAtMs: item.entry.firstAtMs }

/** Open entries in the order they are worked off: the own ones first, then each shared list, most due first. */
export function groupWork(items: readonly WorkItem[], userId: string): WorkGroup[] {
  const groups = new Map<string, { group: Omit<WorkGroup, 'items'>; items: WorkItem[] }>()
  for (const item of items.toSorted((a, b) => byDue(due(a), due(b)))) {
    const group = groupOf(item, userId)
    const key = `${order.indexOf(group.kind)} ${group.queue?.number ?? ''}`
    const known = groups.get(key) ?? { group, items: [] }
    known.items.push(item)
    groups.set(key, known)
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { group, items }]) => ({ ...group, items }))
}

const order = ['mine', 'shared', 'direct', 'others'] as const

function groupOf(item: WorkItem, userId: string): Omit<WorkGroup, 'items'> {
  const { holder, queue } = item.entry
  if (holder?.id === userId) return { kind: 'mine', queue: null }
  if (queue) return { kind: 'shared', queue }
  return { kind: item.kind === 'missed' ? 'direct' : 'others', queue: null }
}

/** Only what is in somebody's hands goes back, and only where there are others: a personal call-back has no list. */
export const mayGiveBack = ({ kind, entry }: WorkItem): boolean =>
  entry.holder !== null && (kind === 'missed' || entry.queue !== null)

/** May this person act on it, or is it in somebody else's hands? */
export const isFree = ({ entry }: WorkItem, { userId, nowMs }: { userId: string; nowMs: number }): boolean =>
  entry.holder?.id === userId || isFreeWork(entry, nowMs)
