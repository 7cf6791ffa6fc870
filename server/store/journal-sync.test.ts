import { expect, it } from 'vitest'
import { JournalSync } from './journal-sync.ts'

function disk() {
  const flushes: { done(): void; fail(): void }[] = []
  const rewrites: { done(): void; fail(): void }[] = []
  const sync = new JournalSync({
    rewrite: () =>
      new Promise((resolve, reject) => {
        rewrites.push({ done: resolve, fail: () => reject(new Error('SQLITE_FULL')) })
      }),
    flush: () =>
      new Promise((resolve, reject) => {
        flushes.push({ done: resolve, fail: () => reject(new Error('EIO')) })
      }),
  })
  const kept: string[] = []
  const write = (name: string): Promise<void> => {
    sync.wrote()
    return sync.kept().then(() => void kept.push(name))
  }
  return { sync, flushes, rewrites, kept, write }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

it('flushes at once, and once more for all who wrote meanwhile', async () => {
  const { flushes, kept, write } = disk()
  const all = [write('a'), write('b'), write('c')]
  await turn()
  expect(flushes).toHaveLength(1)
  flushes[0]?.done()
  await turn()
  // `b` and `c` were written when the first flush had begun: it may have missed them.
  expect(kept).toEqual(['a'])
  expect(flushes).toHaveLength(2)
  flushes[1]?.done()
  await Promise.all(all)
  expect(kept.toSorted()).toEqual(['a', 'b', 'c'])
})

it('asks nothing of the disk where nothing was written', async () => {
  const { sync, flushes, write } = disk()
  await sync.kept()
  expect(flushes).toHaveLength(0)
  const written = write('a')
  flushes[0]?.done()
  await written
  await sync.kept()
  expect(flushes).toHaveLength(1)
})

it('is not done before a flush that another one began for the same write', async () => {
  const { sync, flushes, kept } = disk()
  sync.wrote()
  void sync.kept()
  void sync.kept().then(() => kept.push('second'))
  await turn()
  expect(kept).toEqual([])
  flushes[0]?.done()
  await turn()
  expect([kept, flushes.length]).toEqual([['second'], 1])
})

it('promises nothing after a refusal before everything was written anew and that is on the disk', async () => {
  const { sync, flushes, rewrites, kept, write } = disk()
  const refused = write('a')
  const waiting = write('b')
  flushes[0]?.fail()
  await expect(refused).rejects.toMatchObject({ code: 'busy', cause: new Error('EIO') })
  await turn()
  // A flush alone would now succeed without what the first one lost.
  expect([rewrites.length, flushes.length]).toEqual([1, 1])
  rewrites[0]?.fail()
  await expect(waiting).rejects.toMatchObject({ code: 'busy', cause: new Error('SQLITE_FULL') })

  // Nothing was written since, but what was is not on the disk yet.
  const again = sync.kept()
  rewrites[1]?.done()
  await turn()
  flushes[1]?.fail()
  await expect(again).rejects.toMatchObject({ code: 'busy' })

  const last = write('c')
  rewrites[2]?.done()
  await turn()
  expect(kept).toEqual([])
  flushes[2]?.done()
  await last
  const usual = write('d')
  flushes[3]?.done()
  await usual
  expect(rewrites).toHaveLength(3)
})
