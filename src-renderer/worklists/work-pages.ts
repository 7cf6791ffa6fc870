import type { CallBack, MissedCall } from '../../server/contract/index.ts'

/** One of the two lists; what is done to its entries is the same. */
export type WorkItem =
  | { readonly kind: 'callBack'; readonly entry: CallBack }
  | { readonly kind: 'missed'; readonly entry: MissedCall }

export interface WorkListPage {
  readonly items: readonly WorkItem[]
  readonly next: string | null
  readonly total: number | null
}

/** All pages as one list. An entry that moved while they were asked for one after the other is on two: the later tells more. */
export const entriesOf = (pages: readonly WorkListPage[]): WorkItem[] => [
  ...new Map(pages.flatMap(({ items }) => items).map((item) => [item.entry.id, item])).values(),
]

/** The pages without these entries, and the sum they tell without them too. */
export function without(pages: readonly WorkListPage[], ids: ReadonlySet<string>): WorkListPage[] {
  const gone = entriesOf(pages).filter(({ entry }) => ids.has(entry.id)).length
  return pages.map((page) => ({
    ...page,
    items: page.items.filter(({ entry }) => !ids.has(entry.id)),
    total: page.total === null ? null : page.total - gone,
  }))
}
