import { expect, test } from 'vitest'
import { settle } from './platform/manual-clock.ts'
import { brokenStartsKey, isFailedFetch, startAgain } from './start-again.ts'

/** A tab whose server answers as told, one answer a try. */
function tab(answers: boolean[], broken: string | null = null) {
  const kept = new Map(broken === null ? [] : [[brokenStartsKey, broken]])
  const done: string[] = []
  let nowMs = 1_000
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
      nowMs += ms
      return Promise.resolve()
    },
    nowMs: () => nowMs,
    onSilence: () => void done.push('silence'),
    callsSettled: () => Promise.resolve(),
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

test('a server that gives nothing for half a minute is told of, once, and asked on', async () => {
  const page = tab([...Array.from({ length: 40 }, () => false), true])
  expect(await startAgain(page)).toBe(true)
  const at = page.done.indexOf('silence')
  const pausedMs = page.done.slice(0, at).reduce((sum, step) => sum + Number(step.split(' ')[1]), 0)
  expect(pausedMs).toBeGreaterThanOrEqual(30_000)
  expect(pausedMs).toBeLessThan(33_000)
  expect(page.done.lastIndexOf('silence')).toBe(at)
  expect(page.done.at(-1)).toBe('reload')
})

test('a reload does not take a call along that is just being fetched back', async () => {
  const page = tab([])
  let arrive = (): void => undefined
  const callsSettled = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const started = startAgain({ ...page, callsSettled: () => callsSettled })
  await settle()
  expect(page.done).toEqual(['pause 200'])
  arrive()
  expect(await started).toBe(true)
  expect(page.done.at(-1)).toBe('reload')
})

test('only what did not arrive is worth another load', () => {
  const chromium = new TypeError('Failed to fetch dynamically imported module: https://example.test/assets/main.js')
  const firefox = new TypeError('error loading dynamically imported module: https://example.test/assets/main.js')
  const safari = new TypeError('Importing a module script failed.')
  const vite = new Error('Unable to preload CSS for /assets/main.css')
  expect([chromium, firefox, safari, vite].every(isFailedFetch)).toBe(true)
  const ours = [new TypeError("Cannot read properties of undefined (reading 'get')"), new Error('index.html has no #root'), null]
  expect(ours.some(isFailedFetch)).toBe(false)
})
