import { expect, it } from 'vitest'
import { createMemoryPlatform } from '../platform/memory.ts'
import { storedCards } from './stored-cards.ts'

const draft = (cardId: string, userId = 'u1') => ({ userId, cardId, baseVersion: 1, changes: { notes: 'a' }, updatedAtMs: 1 })
const save = (cardId: string) => ({
  id: crypto.randomUUID(),
  userId: 'u1',
  lane: cardId,
  kind: 'card.save' as const,
  payload: { cardId, baseVersion: 1, changes: { notes: 'a' } },
  createdAtMs: 1,
  attempts: 0,
  nextAtMs: 1,
  lastError: null,
})

it('counts cards of one person, each once, whether typed or saved', async () => {
  const { drafts } = createMemoryPlatform()
  expect(await storedCards(drafts, 'u1')).toBe(0)
  await drafts.promote(save('c1'))
  await drafts.put(draft('c1'))
  await drafts.put(draft('c2'))
  await drafts.put(draft('c3', 'u2'))
  expect(await storedCards(drafts, 'u1')).toBe(2)
})
