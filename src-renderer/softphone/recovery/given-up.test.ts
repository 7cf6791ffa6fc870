import { expect, it } from 'vitest'
import { TabGivenUp } from './given-up.ts'

const call = { direction: 'outbound', number: '+79161234567', extension: '12' } as const

function tab(text: string | null = null) {
  const storage = {
    text,
    getItem: () => storage.text,
    setItem: (_key: string, value: string) => {
      storage.text = value
    },
    removeItem: () => {
      storage.text = null
    },
  }
  return storage
}

it('tells the next page once', () => {
  const storage = tab()
  new TabGivenUp('anna', storage).leave(call, 0)
  const next = new TabGivenUp('anna', storage)
  expect([next.take(1), next.take(1), storage.text]).toEqual([{ ...call, crashed: false }, null, null])
})

it('tells of what rang when the page crashed, and of nothing that rang no more', () => {
  const storage = tab()
  const memory = new TabGivenUp('anna', storage)
  memory.rings(call, 0)
  expect(new TabGivenUp('anna', tab(storage.text)).take(1)).toEqual({ ...call, crashed: true })
  memory.rings(null, 1)
  expect(storage.text).toBeNull()
})

it('keeps the word of a page that goes, though the end of the ring is heard after it', () => {
  const storage = tab()
  const memory = new TabGivenUp('anna', storage)
  memory.rings(call, 0)
  memory.leave(call, 0)
  memory.rings(null, 0)
  expect(new TabGivenUp('anna', storage).take(1)).toEqual({ ...call, crashed: false })
})

it('does not write what it has written', () => {
  const storage = tab()
  const memory = new TabGivenUp('anna', storage)
  memory.rings(call, 0)
  storage.text = null
  memory.rings({ ...call }, 5)
  expect(storage.text).toBeNull()
})

it('counts the two minutes from when it was last heard to ring', () => {
  const storage = tab()
  const memory = new TabGivenUp('anna', storage)
  memory.rings(call, 0)
  memory.rings(call, 100_000)
  expect(new TabGivenUp('anna', tab(storage.text)).take(200_000)).not.toBeNull()
})

it('is no news after two minutes', () => {
  const storage = tab()
  new TabGivenUp('anna', storage).leave(call, 0)
  expect(new TabGivenUp('anna', tab(storage.text)).take(120_000)).not.toBeNull()
  expect(new TabGivenUp('anna', tab(storage.text)).take(120_001)).toBeNull()
})

it('tells nobody else, and leaves it to nobody', () => {
  const storage = tab()
  new TabGivenUp('anna', storage).leave(call, 0)
  expect(new TabGivenUp('boris', storage).take(1)).toBeNull()
  expect(storage.text).toBeNull()
})

it.each([null, '', '{', '{"owner":"anna","atMs":0,"call":{"number":7}}'])('forgets what it cannot read: %s', (text) => {
  const storage = tab(text)
  expect(new TabGivenUp('anna', storage).take(0)).toBeNull()
  expect(storage.text).toBeNull()
})

it('does without a storage that is closed to it', () => {
  const closed = () => {
    throw new Error('closed')
  }
  const memory = new TabGivenUp('anna', { getItem: closed, setItem: closed, removeItem: closed })
  expect(() => memory.leave(call, 0)).not.toThrow()
  expect(() => memory.rings(call, 0)).not.toThrow()
  expect(() => memory.rings(null, 0)).not.toThrow()
  expect(memory.take(0)).toBeNull()
})
