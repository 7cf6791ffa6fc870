import { z } from 'zod'
import { DraftRow, OutboxRow } from '../../src-preload/contract/index.ts'

/** What one window tells the others of the same person on this computer. */
export const DraftNews = z.discriminatedUnion('kind', [
  /** Everything typed into a card there, not yet with the server; null: nothing is left. */
  z.object({ kind: z.literal('draft'), userId: z.string(), cardId: z.string(), row: DraftRow.nullable() }),
  /** «Save» was pressed there: the row is on the disk. */
  z.object({ kind: z.literal('saved'), userId: z.string(), row: OutboxRow }),
])
export type DraftNews = z.infer<typeof DraftNews>

/** Between the windows of one person on one computer. */
export interface DraftChannel {
  tell(news: DraftNews): void
  /** Of the other windows only. Returns the disposer. */
  onNews(listener: (news: DraftNews) => void): () => void
}
