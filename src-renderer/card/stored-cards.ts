import type { DraftStore } from '../platform/platform.ts'

/** How many cards of one person wait on this computer's disk: for windows without the workplace, which knows it by its desk. */
export async function storedCards(drafts: Pick<DraftStore, 'list' | 'outbox'>, userId: string): Promise<number> {
  const [typed, saved] = await Promise.all([drafts.list({ userId }), drafts.outbox({ userId })])
  return new Set([...typed.map(({ cardId }) => cardId), ...saved.map(({ lane }) => lane)]).size
}
