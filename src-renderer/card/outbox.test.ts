import { expect, test } from 'vitest'
import { ApiError } from '../../server/contract/index.ts'
import type { OutboxRow } from '../../src-preload/contract/index.ts'
import { ManualClock, settle } from '../platform/manual-clock.ts'
import { createMemoryPlatform } from '../platform/memory.ts'
import { emptyDraft, typeField } from './card-editor.ts'
import { toOutboxRow } from './draft-row.ts'
import { Outbox } from './outbox.ts'
import { makeCard } from './testing.ts'

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const row = (n: number, cardId: string): OutboxRow =>
  toOutboxRow({ id: id(n), userId: 'u1', cardId }, typeField(emptyDraft, makeCard(), 'notes', `${n}`), n)

/** An outbox whose answers come when the test says so. */
function bench() {
  const clock = new ManualClock()
  const { drafts } = createMemoryPlatform()
  const sent: string[] = []
  const open: { answer: () => void; fail: (code: 'offline' | 'invalidInput') => void }[] = []
  let most = 0
  const outbox = new Outbox({
    store: drafts,
    clock,
    random: () => 0,
    mayStart: () => true,
    onSent: async () => undefined,
    onChange: () => undefined,
    send: ({ idempotencyKey }) =>
      new Promise((resolve, reject) => {
        sent.push(idempotencyKey)
        const call = {
          answer: () => close(() => resolve({ card: makeCard(), clashes: [] })),
          fail: (code: 'offline' | 'invalidInput') => close(() => reject(new ApiError(code, ''))),
        }
        const close = (done: () => void) => {
          open.splice(open.indexOf(call), 1)
          done()
        }
        open.push(call)
        most = Math.max(most, open.length)
      }),
  })
  return { outbox, clock, sent, open, most: () => most }
}

test('thousands of lanes: at most eight at once, the oldest first, each once', async () => {
  const { outbox, sent, open, most } = bench()
  outbox.add(Array.from({ length: 2_000 }, (_, n) => row(n, `main:${n}`)))
  outbox.setOnline(true)
  while (open.length > 0) {
    open[0]?.answer()
    await settle()
  }
  expect(sent).toEqual(Array.from({ length: 2_000 }, (_, n) => id(n)))
  expect([most(), outbox.waiting]).toEqual([8, 0])
})

test('a lane keeps its order, and waits for its head while others go on', async () => {
  const { outbox, clock, sent, open } = bench()
  outbox.add([row(1, 'main:a'), row(2, 'main:a'), row(3, 'main:b')])
  outbox.setOnline(true)
  expect(sent).toEqual([id(1), id(3)])
  open[0]?.fail('offline')
  open[0]?.answer()
  await settle()
  expect(sent).toEqual([id(1), id(3)])
  await clock.advance(1_000)
  expect(sent).toEqual([id(1), id(3), id(1)])
  open[0]?.answer()
  await settle()
  expect(sent.at(-1)).toBe(id(2))
})

test('a refused row stands aside, is counted apart, and comes back only when asked', async () => {
  const { outbox, clock, sent, open } = bench()
  outbox.add([row(1, 'main:a'), row(2, 'main:a')])
  outbox.setOnline(true)
  open[0]?.fail('invalidInput')
  await settle()
  expect([outbox.waiting, outbox.setAside.map((one) => one.id), sent]).toEqual([1, [id(1)], [id(1), id(2)]])
  // The lane is busy with the next row: nothing is given up, and the person hears so.
  expect([await outbox.discard(id(1)), outbox.setAside.length]).toEqual(['busy', 1])
  open[0]?.answer()
  await clock.advance(600_000)
  expect(sent).toHaveLength(2)
  await outbox.again(id(1))
  expect([sent.at(-1), outbox.waiting, outbox.setAside]).toEqual([id(1), 1, []])
  open[0]?.fail('invalidInput')
  await settle()
  expect([await outbox.discard(id(1)), await outbox.discard(id(1))]).toEqual(['discarded', 'discarded'])
  expect([outbox.waiting, outbox.setAside, outbox.rowsOf('main:a')]).toEqual([0, [], []])
})
