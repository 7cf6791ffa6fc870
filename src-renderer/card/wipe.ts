import type { DraftStore } from '../platform/platform.ts'

/** Removes everything one person left on this computer. Stop their desk before, or it writes again what it holds. */
export async function wipeLocal(store: DraftStore, userId: string): Promise<void> {
  const [drafts, rows] = await Promise.all([store.list({ userId }), store.outbox({ userId })])
  for (const { cardId } of drafts) await store.remove({ userId, cardId })
  for (const { id } of rows) await store.done({ id })
}
