import { expect, test, vi } from 'vitest'
import { failedFile, scriptLoader } from './part-script.ts'

const address = 'http://desk/assets/CardPanel-abc.js'
const notFetched = () => new TypeError(`Failed to fetch dynamically imported module: ${address}`)

interface Module {
  readonly card?: string
}

/** A browser that keeps a failed import, as Chromium does. */
function makeBrowser(module: Module = { card: 'card' }) {
  let online = true
  let kept = false
  const bring = vi.fn(async () => {
    if (!online) throw new TypeError('Failed to fetch')
  })
  const restyle = vi.fn(async () => {
    if (!online) throw new Error('the styles did not come')
  })
  const imported: string[] = []
  const load = vi.fn(async (): Promise<Module> => {
    if (!online) kept = true
    if (kept) throw notFetched()
    return module
  })
  const importFrom = async <M>(address: string): Promise<M> => {
    imported.push(address)
    const found: M = JSON.parse(JSON.stringify(module))
    return found
  }
  const get = scriptLoader(load, ({ card }) => card, { bring, importFrom, restyle })
  const setOnline = (now: boolean) => {
    online = now
  }
  return { get, load, bring, restyle, imported, setOnline }
}

test('reads which file did not come', () => {
  expect(failedFile(notFetched())).toBe(address)
  expect(failedFile(new TypeError(`error loading dynamically imported module: ${address}`))).toBe(address)
  expect(failedFile(new Error('Unable to preload CSS for /assets/CardPanel-abc.css'))).toBe('/assets/CardPanel-abc.css')
  expect(failedFile(new TypeError('Importing a module script failed.'))).toBeNull()
  expect(failedFile(new TypeError('undefined is not a function'))).toBeNull()
})

test('a module whose import the browser has given up comes by another address, once its file can be had', async () => {
  const { get, load, bring, imported, setOnline } = makeBrowser()
  setOnline(false)
  await expect(get()).rejects.toThrow('dynamically')
  await expect(get()).rejects.toThrow('Failed to fetch')
  expect(load).toHaveBeenCalledTimes(1)
  setOnline(true)
  await expect(get()).resolves.toBe('card')
  expect(bring).toHaveBeenLastCalledWith(address)
  expect(imported).toEqual([`${address}?again=1`])
})

test('a browser that forgets a failed import is asked for the same address', async () => {
  const { get, load, imported } = makeBrowser()
  load.mockRejectedValueOnce(notFetched())
  await expect(get()).rejects.toThrow()
  await expect(get()).resolves.toBe('card')
  expect(imported).toEqual([])
})

test('styles that did not come are there before the module is', async () => {
  const { get, load, restyle, setOnline } = makeBrowser()
  load.mockRejectedValueOnce(new Error('Unable to preload CSS for /assets/CardPanel-abc.css'))
  await expect(get()).rejects.toThrow('CSS')
  setOnline(false)
  await expect(get()).rejects.toThrow('styles')
  expect(load).toHaveBeenCalledTimes(1)
  setOnline(true)
  await expect(get()).resolves.toBe('card')
  expect(restyle).toHaveBeenLastCalledWith('/assets/CardPanel-abc.css')
})

test('an error of the module itself, or one without what was asked for, is no success', async () => {
  const { get, load, bring } = makeBrowser({})
  load.mockRejectedValueOnce(new TypeError('undefined is not a function'))
  await expect(get()).rejects.toThrow('function')
  await expect(get()).rejects.toThrow('has not what was asked for')
  expect(bring).not.toHaveBeenCalled()
})
