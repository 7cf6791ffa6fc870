import { describe, expect, test } from 'vitest'
import type { OutboxRow } from '../../src-preload/contract/index.ts'
import { CrashedError, createMemoryPlatform, MemoryDisk } from './memory.ts'
import { platformContract } from './platform.contract.ts'
import { StorageError } from './platform.ts'

describe.each(['browser', 'desktop'] as const)('memory as %s', (host) => {
  test.each(platformContract)('$name', async ({ run }) => {
    const disk = new MemoryDisk()
    await run({ open: async () => createMemoryPlatform({ disk, host }) })
  })
})

const key = { userId: 'anna', cardId: 'main:1' }
const draft = { ...key, baseVersion: 1, changes: { notes: 'a' }, updatedAtMs: 1 }
const row: OutboxRow = {
  id: '9b2f3a54-7c57-4d0c-8a5e-2f0d8f1f0c01',
  userId: 'anna',
  lane: 'main:1',
  kind: 'card.save',
  payload: { cardId: 'main:1', baseVersion: 1, changes: {} },
  createdAtMs: 1,
  attempts: 0,
  nextAtMs: 1,
  lastError: null,
}

test.each([
  ['crashBeforeWrite', 0],
  ['crashAfterWrite', 1],
] as const)('%s: the promotion happened wholly or not at all, and the dead program does no more', async (fault, rows) => {
  const { drafts, disk } = createMemoryPlatform()
  await drafts.put(draft)
  disk.fault = fault
  await expect(drafts.promote(row)).rejects.toThrow(CrashedError)
  await expect(drafts.put(draft)).rejects.toThrow(CrashedError)
  const restarted = createMemoryPlatform({ disk }).drafts
  expect(await restarted.outbox(key)).toHaveLength(rows)
  expect(await restarted.list(key)).toHaveLength(1 - rows)
})

test('a full disk refuses writes until there is space, and keeps what it has', async () => {
  const { drafts, disk } = createMemoryPlatform()
  await drafts.put(draft)
  disk.fault = 'diskFull'
  await expect(drafts.put({ ...draft, baseVersion: 2 })).rejects.toThrow(StorageError)
  expect(await drafts.get(key)).toEqual(draft)
  disk.fault = null
  await drafts.put({ ...draft, baseVersion: 2 })
  expect((await drafts.get(key))?.baseVersion).toBe(2)
})

test('a desktop in memory passes presses, numbers and updates on until the disposer', async () => {
  const { desk, dialRequests, updates, command, requestDial, setUpdate } = createMemoryPlatform({ host: 'desktop' })
  const heard: unknown[] = []
  const stops = [
    desk.onCommand(({ kind }) => heard.push(kind)),
    dialRequests.onRequested(() => heard.push('dial')),
    updates.onChange(({ state }) => heard.push(state)),
  ]
  const tellAll = () => {
    command({ kind: 'answer' })
    requestDial({ number: '101', source: 'link' })
    setUpdate({ state: 'ready', version: '2' })
  }
  tellAll()
  expect(heard).toEqual(['answer', 'dial', 'ready'])
  expect(await dialRequests.take()).toEqual([{ number: '101', source: 'link' }])
  expect(await dialRequests.take()).toEqual([])
  for (const stop of stops) stop()
  tellAll()
  expect(heard).toHaveLength(3)
})
