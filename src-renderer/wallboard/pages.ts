import type { WallboardOperator, WallboardQueue, WallboardView } from '../../server/contract/wallboard-view.ts'

/** One picture of the round. `key` stays the same while figures change. */
export type BoardPage =
  | { readonly kind: 'total'; readonly key: string }
  | { readonly kind: 'queues'; readonly key: string; readonly queues: readonly WallboardQueue[]; readonly part: Part }
  | { readonly kind: 'queue'; readonly key: string; readonly queue: WallboardQueue }
  | { readonly kind: 'operators'; readonly key: string; readonly operators: readonly WallboardOperator[]; readonly part: Part }

/** Of a list too long for one picture: this one, and how many there are. */
export interface Part {
  readonly at: number
  readonly of: number
}

/** As many rows as can be read from eight metres. */
export const queuesAtOnce = 8
export const operatorsAtOnce = 20

/** The round, from what the link shows now. Empty where there is no queue. */
export function pagesOf({ screen, queues, operators }: WallboardView): BoardPage[] {
  const [first] = queues
  if (!first) return []
  const pages: BoardPage[] = []
  const has = (page: (typeof screen.pages)[number]) => screen.pages.includes(page)
  // Of a single queue, all queues together say the same as it.
  const single = queues.length === 1
  if (has('overview') && !single) {
    pages.push({ kind: 'total', key: 'total' })
    for (const [part, some] of partsOf(queues, queuesAtOnce))
      pages.push({ kind: 'queues', key: `queues ${part.at}`, queues: some, part })
  }
  if (has('queues') || (has('overview') && single))
    for (const queue of queues) pages.push({ kind: 'queue', key: `queue ${queue.number}`, queue })
  if (has('operators')) {
    const here = operators.filter(({ status }) => status !== 'offline')
    for (const [part, some] of partsOf(here, operatorsAtOnce))
      pages.push({ kind: 'operators', key: `operators ${part.at}`, operators: some, part })
  }
  return pages
}

/** At least one, for a list that is empty now. */
function partsOf<T>(list: readonly T[], atOnce: number): [Part, T[]][] {
  const of = Math.max(1, Math.ceil(list.length / atOnce))
  // Evenly: eight and one would waste a picture.
  const each = Math.ceil(list.length / of)
  return Array.from({ length: of }, (_, at) => [{ at, of }, list.slice(at * each, (at + 1) * each)])
}

/** The page `by` steps from the one with this key; the first where that one is gone. */
export function pageAfter(pages: readonly BoardPage[], key: string | null, by: 1 | -1): string | null {
  const at = pages.findIndex((page) => page.key === key)
  if (at < 0) return pages[0]?.key ?? null
  return pages[(at + by + pages.length) % pages.length]?.key ?? null
}
