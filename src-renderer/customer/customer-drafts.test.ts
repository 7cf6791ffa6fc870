import { afterEach, expect, it, vi } from 'vitest'
import { CardDesk } from '../card/card-sync.ts'
import { FakeCardServer } from '../card/testing.ts'
import { ManualClock } from '../platform/manual-clock.ts'
import { createMemoryPlatform } from '../platform/memory.ts'
import { newDraft } from './customer-draft.ts'
import { closeCustomerDrafts, customerDrafts, keepDraft, openCustomerDrafts } from './customer-drafts.ts'

afterEach(() => closeCustomerDrafts())

const typed = (name: string) => newDraft({ number: '+7916', callerName: name }, name)
const clock = new ManualClock()
const open = (platform: ReturnType<typeof createMemoryPlatform>, userId = 'u1') =>
  openCustomerDrafts({ store: platform.drafts, userId, clock })
const byCard = () => customerDrafts.getState().byCard

it('what is typed is there after a reload, each person’s own, until it is saved or left', async () => {
  const platform = createMemoryPlatform()
  await open(platform)
  keepDraft('main:1.1', typed('A'))
  keepDraft('main:1.1', typed('AB'))
  keepDraft('main:2.2', typed('C'))
  keepDraft('main:2.2', null)
  await open(platform, 'u2')
  expect(byCard()).toEqual({})
  await open(platform)
  expect(byCard()).toEqual({ 'main:1.1': typed('AB') })
  keepDraft('main:1.1', null)
  await open(platform)
  expect(byCard()).toEqual({})
})

it('text typed while the disk is being read is newer than what lies there', async () => {
  const platform = createMemoryPlatform()
  await open(platform)
  keepDraft('main:1.1', typed('old'))
  await closeCustomerDrafts()
  // What is typed now does not reach the disk before that is read.
  platform.disk.fault = 'diskFull'
  const opening = open(platform)
  keepDraft('main:1.1', typed('new'))
  await opening
  expect(byCard()).toEqual({ 'main:1.1': typed('new') })
})

it('says what the disk refuses until it takes it', async () => {
  const platform = createMemoryPlatform()
  await open(platform)
  platform.disk.fault = 'diskFull'
  keepDraft('main:1.1', typed('A'))
  await vi.waitFor(() => expect(customerDrafts.getState().unkept).toEqual(['customer:main:1.1']))
  platform.disk.fault = null
  clock.advance(500)
  await vi.waitFor(() => expect(customerDrafts.getState().unkept).toEqual([]))
  expect(platform.disk.drafts.size).toBe(1)
})

it('is nothing the desk of cards offers or sends', async () => {
  const platform = createMemoryPlatform()
  await open(platform)
  keepDraft('main:1.1', typed('A'))
  await closeCustomerDrafts()
  const server = new FakeCardServer(clock)
  const desk = new CardDesk({
    store: platform.drafts,
    api: server.api,
    userId: 'u1',
    clock,
    serverNowMs: () => clock.nowMs(),
    random: () => 0.5,
    uuid: () => crypto.randomUUID(),
  })
  desk.setOnline(true)
  await desk.start()
  expect(desk.state).toMatchObject({ loaded: true, entries: {}, offered: [], waitingSaves: 0 })
  desk.feedOpen([])
  await desk.flush()
  expect(desk.state.offered).toEqual([])
  expect(platform.disk.drafts.size).toBe(1)
  await desk.close()
})
