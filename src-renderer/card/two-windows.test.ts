import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock, settle } from '../platform/manual-clock.ts'
import { createMemoryPlatform, MemoryDisk } from '../platform/memory.ts'
import { CardDesk } from './card-sync.ts'
import { type DraftChannel, DraftNews } from './draft-channel.ts'
import { FakeCardServer, makeCard } from './testing.ts'

const cardId = makeCard().id
let clock: ManualClock
let disk: MemoryDisk
let server: FakeCardServer
let listeners: Set<(news: DraftNews) => void>
let keys: number
/** News on its way while this is a list. */
let held: (() => void)[] | null

beforeEach(() => {
  clock = new ManualClock()
  disk = new MemoryDisk()
  server = new FakeCardServer(clock)
  listeners = new Set()
  keys = 0
  held = null
})

/** A window of the same person on the same computer. */
async function openWindow(): Promise<CardDesk> {
  let own: ((news: DraftNews) => void) | null = null
  const channel: DraftChannel = {
    tell: (news) => {
      // As a BroadcastChannel copies, and reaches the others only.
      const sent = structuredClone(news)
      const arrive = () => {
        for (const listener of listeners) if (listener !== own) listener(DraftNews.parse(sent))
      }
      if (held) held.push(arrive)
      else arrive()
    },
    onNews: (listener) => {
      own = listener
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const desk = new CardDesk({
    store: createMemoryPlatform({ disk }).drafts,
    api: server.api,
    userId: 'u1',
    clock,
    serverNowMs: () => clock.nowMs(),
    random: () => 0.5,
    uuid: () => `00000000-0000-4000-8000-${String(++keys).padStart(12, '0')}`,
    channel,
  })
  await desk.start()
  desk.feedOpen([structuredClone(server.card)])
  await settle()
  return desk
}
const fields = (desk: CardDesk) => desk.state.entries[cardId]?.fields
async function connect(...desks: CardDesk[]): Promise<void> {
  for (const desk of desks) {
    desk.feedOpen([structuredClone(server.card)])
    desk.setOnline(true)
  }
  await settle()
}
const deliver = (...desks: CardDesk[]) => {
  for (const desk of desks) desk.feed(structuredClone(server.card))
}

describe('one card in two windows of one computer', () => {
  test('fields typed in either join in both and on the disk, so that a crash of both loses none', async () => {
    const [a, b] = [await openWindow(), await openWindow()]
    a.type(cardId, 'notes', 'из первого')
    b.type(cardId, 'description', 'из второго')
    await settle()
    for (const desk of [a, b]) expect(fields(desk)).toMatchObject({ notes: 'из первого', description: 'из второго' })
    a.stop()
    b.stop()
    const again = await openWindow()
    expect(fields(again)).toMatchObject({ notes: 'из первого', description: 'из второго' })
  })

  test('text goes on in the other window, and what is taken back there is not sent from here', async () => {
    const [a, b] = [await openWindow(), await openWindow()]
    a.type(cardId, 'notes', 'нет')
    b.type(cardId, 'notes', 'нет, да')
    expect(fields(a)?.notes).toBe('нет, да')
    b.type(cardId, 'notes', 'нет')
    b.type(cardId, 'notes', '')
    await connect(a, b)
    await clock.advance(5_000)
    expect(fields(a)?.notes).toBe('')
    expect(server.card.fields.notes).toBe('')
    expect(server.writes.some(({ notes }) => notes === 'нет, да')).toBe(false)
  })

  test('both online: no clash with oneself, the server has the last word typed', async () => {
    const [a, b] = [await openWindow(), await openWindow()]
    await connect(a, b)
    a.type(cardId, 'notes', 'а')
    await clock.advance(600)
    b.type(cardId, 'notes', 'аб')
    await clock.advance(600)
    deliver(a, b)
    await clock.advance(2_000)
    deliver(a, b)
    for (const desk of [a, b]) expect(desk.state.entries[cardId]).toMatchObject({ clashes: [], sync: 'onServer' })
    expect(server.card.fields.notes).toBe('аб')
  })

  test('a true clash with another computer is shown in both windows', async () => {
    const [a, b] = [await openWindow(), await openWindow()]
    a.type(cardId, 'notes', 'моё')
    server.writeByOther({ notes: 'чужое' })
    deliver(a, b)
    for (const desk of [a, b]) {
      expect(desk.state.entries[cardId]?.clashes).toEqual([{ field: 'notes', mine: 'моё', theirs: 'чужое' }])
    }
  })

  test('saved in one: the other has it under way too, and the server takes it once', async () => {
    const [a, b] = [await openWindow(), await openWindow()]
    server.hangUp()
    deliver(a, b)
    a.type(cardId, 'notes', 'итог')
    await a.save(cardId)
    await settle()
    expect(b.state.entries[cardId]).toMatchObject({ saving: true, fields: { notes: 'итог' } })
    // The window that saved is closed; the other sends.
    a.stop()
    await connect(b)
    await clock.advance(5_000)
    expect([...server.saves.values()]).toEqual([1])
    expect(server.card).toMatchObject({ state: 'saved', fields: { notes: 'итог' } })
    expect(disk.outbox).toEqual([])
  })

  test('what was typed here while the other window saved is still on the disk', async () => {
    const [a, b] = [await openWindow(), await openWindow()]
    b.type(cardId, 'description', 'из второго')
    await settle()
    held = []
    a.type(cardId, 'notes', 'из первого')
    await settle()
    await b.save(cardId)
    const late = held
    held = null
    for (const arrive of late) arrive()
    await settle()
    a.stop()
    b.stop()
    expect(fields(await openWindow())).toMatchObject({ notes: 'из первого', description: 'из второго' })
  })

  test('both send the same save: one effect', async () => {
    const [a, b] = [await openWindow(), await openWindow()]
    server.hangUp()
    deliver(a, b)
    a.type(cardId, 'notes', 'итог')
    await a.save(cardId)
    await connect(a, b)
    await clock.advance(5_000)
    expect([...server.saves.values()]).toEqual([1])
    expect(disk.outbox).toEqual([])
    expect(disk.drafts.size).toBe(0)
  })
})

test('wiping takes everything of one person and nothing of another', async () => {
  const desk = await openWindow()
  desk.type(cardId, 'notes', 'а')
  await desk.save(cardId)
  desk.type(cardId, 'notes', 'аб')
  await desk.flush()
  desk.stop()
  const { drafts } = createMemoryPlatform({ disk })
  const others = { userId: 'u2', cardId: 'c', baseVersion: 1, changes: {}, updatedAtMs: 1 }
  await drafts.put(others)
  expect([disk.drafts.size, disk.outbox.length]).toEqual([2, 1])
  await drafts.wipe({ userId: 'u1' })
  expect([...disk.drafts.values()]).toEqual([others])
  expect(disk.outbox).toEqual([])
})
