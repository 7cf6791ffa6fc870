import { expect, test } from 'vitest'
import { brokenStartsKey, startAgain } from './start-again.ts'

/** A tab whose server answers as told, one answer a try. */
function tab(answers: boolean[], broken: string | null = null) {
  const kept = new Map(broken === null ? [] : [[brokenStartsKey, broken]])
  const done: string[] = []
  return {
    kept,
    done,
    storage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    },
    answers: () => Promise.resolve(answers.shift() ?? true),
    pause: (ms: number) => {
      done.push(`pause ${ms}`)
      return Promise.resolve()
    },
    reload: () => void done.push('reload'),
  }
}

test('a start that broke off is made again when the server gives the page', async () => {
  const page = tab([false, false, false, false, false, true])
  expect(await startAgain(page)).toBe(true)
  expect(page.done).toEqual(['pause 200', 'pause 500', 'pause 1000', 'pause 2000', 'pause 2000', 'pause 2000', 'reload'])
  expect(page.kept.get(brokenStartsKey)).toBe('1')
})

test('the fifth start is made again, the sixth is not: it is not the network', async () => {
  const fifth = tab([], '4')
  expect(await startAgain(fifth)).toBe(true)
  expect(fifth.done).toEqual(['pause 200', 'reload'])
  const sixth = tab([], fifth.kept.get(brokenStartsKey))
  expect(await startAgain(sixth)).toBe(false)
  expect(sixth.done).toEqual([])
})
