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
  new TabGivenUp('anna', storage).leave(call)
  const next = new TabGivenUp('anna', storage)
  expect([next.take(), next.take(), storage.text]).toEqual([call, null, null])
})

it('tells nobody else, and leaves it to nobody', () => {
  const storage = tab()
  new TabGivenUp('anna', storage).leave(call)
  expect(new TabGivenUp('boris', storage).take()).toBeNull()
  expect(storage.text).toBeNull()
})

it.each([null, '', '{', '{"owner":"anna","call":{"number":7}}'])('forgets what it cannot read: %s', (text) => {
  const storage = tab(text)
  expect(new TabGivenUp('anna', storage).take()).toBeNull()
  expect(storage.text).toBeNull()
})

it('does without a storage that is closed to it', () => {
  const closed = () => {
    throw new Error('closed')
  }
  const memory = new TabGivenUp('anna', { getItem: closed, setItem: closed, removeItem: closed })
  expect(() => memory.leave(call)).not.toThrow()
  expect(memory.take()).toBeNull()
})
