import type { LiveChange, LiveView } from '../../../server/contract/index.ts'

/** The list with `item` in the place of the one with its key, or at the end. Other items keep their identity. */
function put<T>(list: readonly T[], item: T, key: (item: T) => string): T[] {
  const at = list.findIndex((other) => key(other) === key(item))
  return at < 0 ? [...list, item] : list.with(at, item)
}

function drop<T>(list: T[], gone: string, key: (item: T) => string): T[] {
  return list.some((item) => key(item) === gone) ? list.filter((item) => key(item) !== gone) : list
}

const id = (item: { id: string }): string => item.id
const number = (item: { number: string }): string => item.number

function applyOne(view: LiveView, change: LiveChange): LiveView {
  switch (change.kind) {
    case 'pbx':
      return { ...view, pbx: change.pbx, servers: change.servers }
    case 'operator':
      return { ...view, operators: put(view.operators, change.operator, id) }
    case 'operatorGone':
      return { ...view, operators: drop(view.operators, change.id, id) }
    case 'call':
      return { ...view, calls: put(view.calls, change.call, id) }
    case 'callGone':
      return { ...view, calls: drop(view.calls, change.id, id) }
    case 'queue':
      return { ...view, queues: put(view.queues, change.queue, number) }
    case 'queueGone':
      return { ...view, queues: drop(view.queues, change.number, number) }
    case 'today':
      return view.floor === null ? view : { ...view, floor: { ...view.floor, today: change.today } }
    case 'alarms':
      return view.floor === null ? view : { ...view, floor: { ...view.floor, alarms: change.alarms } }
    case 'worklists':
    case 'message':
      return view
    case 'card': {
      const { card } = change
      const over = card.state === 'saved' || card.state === 'missed'
      return { ...view, cards: over ? drop(view.cards, card.id, id) : put(view.cards, card, id) }
    }
  }
}

/** The view after the changes, in their order. Pure; what did not change keeps its identity. */
export const apply = (view: LiveView, changes: readonly LiveChange[]): LiveView => changes.reduce(applyOne, view)
