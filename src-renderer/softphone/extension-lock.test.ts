import { beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import { WebExtensionLock } from './extension-lock.ts'

let pages = 0
/** Two pages of one browser: Node's own Web Locks are those of the browser. */
const page = (extension: string) => {
  const lock = new WebExtensionLock(extension, navigator.locks)
  const told: boolean[] = []
  lock.subscribe((held) => told.push(held))
  return { lock, told }
}
const soon = async () => {
  for (let turn = 0; turn < 20; turn += 1) await settle()
}

let extension: string
beforeEach(() => {
  pages += 1
  extension = `100${pages}`
})

describe('two pages with one extension', () => {
  it('one holds it, the other is told at once', async () => {
    const first = page(extension)
    const second = page(extension)
    first.lock.start()
    await soon()
    second.lock.start()
    await soon()
    expect([first.told, second.told]).toEqual([[true], [false]])
    first.lock.stop()
    second.lock.stop()
  })

  it('the other gets it when the first closes', async () => {
    const first = page(extension)
    const second = page(extension)
    first.lock.start()
    await soon()
    second.lock.start()
    await soon()
    first.lock.stop()
    await soon()
    expect(second.told).toEqual([false, true])
    second.lock.stop()
  })

  it('can be taken over, and comes back when the thief closes', async () => {
    const first = page(extension)
    const second = page(extension)
    first.lock.start()
    await soon()
    second.lock.start()
    await soon()
    second.lock.steal()
    await soon()
    expect([first.told, second.told]).toEqual([
      [true, false],
      [false, true],
    ])
    second.lock.stop()
    await soon()
    expect(first.told).toEqual([true, false, true])
    first.lock.stop()
  })

  it('another extension is another lock', async () => {
    const first = page(extension)
    const second = page(`${extension}x`)
    first.lock.start()
    second.lock.start()
    await soon()
    expect([first.told, second.told]).toEqual([[true], [true]])
    first.lock.stop()
    second.lock.stop()
  })

  it('a browser without locks always has the phone', () => {
    const lock = new WebExtensionLock(extension, null)
    const told: boolean[] = []
    lock.subscribe((held) => told.push(held))
    lock.start()
    expect(told).toEqual([true])
  })
})
