import { EventEmitter } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from './log.ts'
import { createNotifier } from './notifications.ts'
import { saveFile } from './save-file.ts'
import { createBoundsMemory, onAScreen } from './windows/bounds.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-main-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

class FakeNotification extends EventEmitter {
  open = false
  show() {
    this.open = true
  }
  close() {
    this.open = false
    this.emit('close')
  }
}

test('a notification shows once per page and id, tells its click, and closes with its page', () => {
  const made: FakeNotification[] = []
  const notifier = createNotifier({
    create: () => {
      const notification = new FakeNotification()
      made.push(notification)
      return notification
    },
  })
  const clicks: string[] = []
  const call = { id: 'call', title: 't', body: 'b' }
  notifier.show(1, call, () => clicks.push('page 1'))
  notifier.show(1, call, () => clicks.push('again'))
  notifier.show(2, call, () => clicks.push('page 2'))
  expect(made).toHaveLength(2)
  made[0]?.emit('click')
  expect(clicks).toEqual(['page 1'])

  notifier.closeAllOf(1)
  expect(made.map(({ open }) => open)).toEqual([false, true])
  notifier.close(2, 'call')
  expect(made.map(({ open }) => open)).toEqual([false, false])
  notifier.close(2, 'unknown')
})

test('a file goes where the person said; the page can suggest a name but no folder', async () => {
  const suggested: string[] = []
  const askPath = async (name: string) => {
    suggested.push(name)
    return join(folder, 'chosen.csv')
  }
  for (const name of ['calls.csv', '../../.bashrc', '..\\..\\evil.exe', '/']) {
    expect(await saveFile({ askPath }, { name, content: 'x;y' })).toBe(true)
  }
  expect(suggested).toEqual(['calls.csv', '.bashrc', 'evil.exe', 'file'])
  expect(readFileSync(join(folder, 'chosen.csv'), 'utf8')).toBe('x;y')
})

test('a person who cancels keeps nothing; a place that cannot be written is told', async () => {
  expect(await saveFile({ askPath: async () => null }, { name: 'a', content: '' })).toBe(false)
  const askPath = async () => join(folder, 'missing', 'a.csv')
  await expect(saveFile({ askPath }, { name: 'a', content: '' })).rejects.toThrow('another place')
})

const bounds = { x: 100, y: 50, width: 1280, height: 800, maximized: false }

test('a window comes back where it was', () => {
  const file = join(folder, 'windows.json')
  createBoundsMemory({ file, log: silentLog }).set('workplace', bounds)
  const again = createBoundsMemory({ file, log: silentLog })
  expect(again.get('workplace')).toEqual(bounds)
  expect(again.get('monitor')).toBeUndefined()
  writeFileSync(file, '{"workplace":{"x":"left"}}')
  expect(createBoundsMemory({ file, log: silentLog }).get('workplace')).toBeUndefined()
})

test('a window is not put on a screen that is gone, nor with its title bar out of reach', () => {
  const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }]
  expect(onAScreen(bounds, screens)).toEqual(bounds)
  expect(onAScreen({ ...bounds, x: 2000 }, screens)).toBeUndefined()
  expect(onAScreen({ ...bounds, x: 1850 }, screens)).toBeUndefined()
  expect(onAScreen({ ...bounds, y: -100 }, screens)).toBeUndefined()
  expect(onAScreen({ ...bounds, x: 2000 }, [...screens, { x: 1920, y: 0, width: 1920, height: 1080 }])).toBeDefined()
  expect(onAScreen(undefined, screens)).toBeUndefined()
})
