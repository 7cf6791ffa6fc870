import { expect, it } from 'vitest'
import { ManualClock, settle } from '../platform/manual-clock.ts'
import { createMemoryPlatform, MemoryDisk } from '../platform/memory.ts'
import { CardDesk } from './card-sync.ts'
import { FakeCardServer, makeCard } from './testing.ts'

function open() {
  const clock = new ManualClock()
  const server = new FakeCardServer(clock, makeCard({ state: 'saved' }))
  const desk = new CardDesk({
    store: createMemoryPlatform({ disk: new MemoryDisk() }).drafts,
    api: server.api,
    userId: 'u1',
    clock,
    serverNowMs: () => clock.nowMs(),
    random: () => 0.5,
    uuid: () => crypto.randomUUID(),
  })
  void desk.start()
  desk.setOnline(true)
  const entry = () => desk.state.entries[server.card.id]
  return { server, desk, entry }
}

it('takes late changes of a closed card by a save, and stays until it is put away', async () => {
  const { server, desk, entry } = open()
  await settle()
  const putAway = desk.reopen(server.card)
  desk.feedOpen([])
  desk.type(server.card.id, 'notes', 'later')
  expect(entry()?.fields.notes).toBe('later')
  expect(desk.state.offered).toEqual([])
  expect(server.card.fields.notes).toBe('')
  await desk.save(server.card.id)
  await settle()
  expect(server.card.fields.notes).toBe('later')
  expect(entry()).toBeDefined()
  putAway()
  expect(entry()).toBeUndefined()
})

it('offers what was typed into it and not saved', async () => {
  const { server, desk } = open()
  await settle()
  const putAway = desk.reopen(server.card)
  desk.type(server.card.id, 'notes', 'unsaved')
  putAway()
  expect(desk.state.offered).toMatchObject([{ cardId: server.card.id, fields: { notes: 'unsaved' } }])
})
