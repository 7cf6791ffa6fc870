import type { WallboardChange, WallboardQueue, WallboardView } from '../../server/contract/wallboard-view.ts'

function applyOne(view: WallboardView, change: WallboardChange): WallboardView {
  switch (change.kind) {
    case 'screen':
      return { ...view, screen: change.screen }
    case 'pbx':
      return { ...view, pbx: change.pbx }
    case 'missing':
      return { ...view, missing: change.missing }
    case 'total':
      return { ...view, total: change.total }
    case 'queue':
      return { ...view, queues: put(view.queues, change.queue) }
    case 'queueOrder':
      return { ...view, queues: change.numbers.flatMap((number) => view.queues.find((queue) => queue.number === number) ?? []) }
    case 'operators':
      return { ...view, operators: change.operators }
  }
}

/** In the place of the one with its number, or at the end until `queueOrder` says where. */
function put(queues: readonly WallboardQueue[], queue: WallboardQueue): WallboardQueue[] {
  const known = queues.some(({ number }) => number === queue.number)
  return known ? queues.map((other) => (other.number === queue.number ? queue : other)) : [...queues, queue]
}

/** The view after the changes, in their order. */
export const apply = (view: WallboardView, changes: readonly WallboardChange[]): WallboardView => changes.reduce(applyOne, view)
