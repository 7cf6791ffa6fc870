import { create } from 'zustand'
import { DraftKeeper } from '../card/draft-keeper.ts'
import { customerRowId } from '../card/draft-row.ts'
import type { Clock } from '../platform/clock.ts'
import type { DraftStore } from '../platform/platform.ts'
import { type CustomerDraft, fromCustomerRow, toCustomerRow } from './customer-draft.ts'

interface CustomerDraftsDeps {
  readonly store: DraftStore
  readonly userId: string
  readonly clock: Clock
}

export interface CustomerDraftsState {
  /** What is typed and not saved, by card. */
  readonly byCard: Readonly<Record<string, CustomerDraft>>
  /** Rows that the disk refused: their text is only in this page. */
  readonly unkept: readonly string[]
}

const nothing: CustomerDraftsState = { byCard: {}, unkept: [] }
export const customerDrafts = create<CustomerDraftsState>(() => nothing)

let opened: { readonly deps: CustomerDraftsDeps; readonly keeper: DraftKeeper } | null = null

/** The ones before: their last keystroke has to lie on the disk before the next ones are read. */
let closing: Promise<void> = Promise.resolve()

/** Those of the person who signed in. Resolves when what lay on this computer has been read; text typed meanwhile is newer and stays. */
export async function openCustomerDrafts(deps: CustomerDraftsDeps): Promise<void> {
  void closeCustomerDrafts()
  const keeper = new DraftKeeper({
    ...deps,
    onState: (rowId, state) => {
      if (opened?.keeper !== keeper || state === 'keeping') return
      const others = customerDrafts.getState().unkept.filter((id) => id !== rowId)
      customerDrafts.setState({ unkept: state === 'notKept' ? [...others, rowId] : others })
    },
  })
  opened = { deps, keeper }
  await closing
  // What is wrong with the store, the person is told elsewhere.
  const rows = await deps.store.list({ userId: deps.userId }).catch(() => [])
  if (opened?.keeper !== keeper) return
  const found = rows.flatMap((row) => fromCustomerRow(row) ?? []).map(({ cardId, draft }) => [cardId, draft])
  customerDrafts.setState(({ byCard }) => ({ byCard: { ...Object.fromEntries(found), ...byCard } }))
}

/** Resolves when nothing more goes to the disk; what lies there stays. */
export function closeCustomerDrafts(): Promise<void> {
  const keeper = opened?.keeper
  opened = null
  customerDrafts.setState(nothing)
  if (keeper) closing = keeper.flushAll().then(() => keeper.stop())
  return closing
}

/** At once in the page, and on this computer's disk as soon as that is free; null once it is saved or left. */
export function keepDraft(cardId: string, draft: CustomerDraft | null): void {
  const { [cardId]: _, ...others } = customerDrafts.getState().byCard
  customerDrafts.setState({ byCard: draft === null ? others : { ...others, [cardId]: draft } })
  if (opened === null) return
  const { deps, keeper } = opened
  keeper.keep(customerRowId(cardId), draft && toCustomerRow(deps.userId, cardId, draft, deps.clock.nowMs()))
}
