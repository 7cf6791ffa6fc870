import { EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from './log.ts'
import { createNotifier } from './notifications.ts'
import { saveFile } from './save-file.ts'
import { createBoundsMemory, fitOnScreens } from './windows/bounds.ts'

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

test('a ringing call has its buttons, once, and goes when the ringing ends', () => {
  const made: { options: object; notification: FakeNotification }[] = []
  const notifier = createNotifier({
    create: (options) => {
      const notification = new FakeNotification()
      made.push({ options, notification })
      return notification
    },
    discreetTitle: String,
  })
  const pressed: string[] = []
  const buttons = { labels: ['Ответить', 'Отклонить'] as const, onPress: (button: string) => void pressed.push(button) }
  const text = { id: 'ring', title: 't', body: 'b' }
  notifier.show(1, text, { click: () => undefined, buttons })
  notifier.show(1, { ...text, id: 'other' }, { click: () => undefined })
  expect(made[0]?.options).toMatchObject({ actions: [{ text: 'Ответить' }, { text: 'Отклонить' }], timeoutType: 'never' })
  expect(made[1]?.options).toEqual({ title: 't', body: 'b' })
  made[0]?.notification.emit('action', { actionIndex: 7 })
  expect(pressed).toEqual([])

  notifier.show(1, text, { click: () => undefined, buttons })
  made[2]?.notification.emit('action', { actionIndex: 1 })
  expect(pressed).toEqual(['reject'])
  expect(made[2]?.notification.open).toBe(false)

  notifier.show(1, text, { click: () => undefined, buttons })
  notifier.closeAnswerable()
  expect(made.map(({ notification }) => notification.open)).toEqual([false, true, false, false])
})

test('a notification shows once per page and id, tells its click, and closes with its page', () => {
  const made: FakeNotification[] = []
  const notifier = createNotifier({
    create: () => {
      const notification = new FakeNotification()
      made.push(notification)
      return notification
    },
    discreetTitle: String,
  })
  const clicks: string[] = []
  const call = { id: 'call', title: 't', body: 'b' }
  notifier.show(1, call, { click: () => clicks.push('page 1') })
  notifier.show(1, call, { click: () => clicks.push('again') })
  notifier.show(2, call, { click: () => clicks.push('page 2') })
  expect(made).toHaveLength(2)
  made[0]?.emit('click')
  expect(clicks).toEqual(['page 1'])

  notifier.closeAllOf(1)
  expect(made.map(({ open }) => open)).toEqual([false, true])
  notifier.close(2, 'call')
  expect(made.map(({ open }) => open)).toEqual([false, false])
  notifier.close(2, 'unknown')
})

test('on a locked screen a notification names nobody, and nobody answers from it', () => {
  const made: { options: object; notification: FakeNotification }[] = []
  const notifier = createNotifier({
    create: (options) => {
      const notification = new FakeNotification()
      made.push({ options, notification })
      return notification
    },
    discreetTitle: (rings) => (rings ? 'Входящий звонок' : 'Уведомление'),
  })
  const named = (id: string) => ({ id, title: 'Иван Петров', body: 'Отдел продаж' })
  const buttons = { labels: ['Ответить', 'Отклонить'] as const, onPress: () => undefined }
  notifier.show(1, named('before'), { click: () => undefined, buttons })
  notifier.setLocked(true)
  expect(made[0]?.notification.open).toBe(false)
  notifier.show(1, named('ring'), { click: () => undefined, buttons })
  notifier.show(2, named('other'), { click: () => undefined })
  expect(made[1]?.options).toMatchObject({ title: 'Входящий звонок', body: '', actions: [] })
  expect(made[2]?.options).toEqual({ title: 'Уведомление', body: '' })
  notifier.setLocked(false)
  notifier.show(1, named('after'), { click: () => undefined })
  expect(made[3]?.options).toEqual({ title: 'Иван Петров', body: 'Отдел продаж' })
  expect(made[1]?.notification.open).toBe(true)
})

test('a file of the server goes where the person said; the page can suggest a name but no folder', async () => {
  const suggested: string[] = []
  const asked: string[] = []
  const deps = {
    askPath: async (name: string) => {
      suggested.push(name)
      return join(folder, 'chosen.csv')
    },
    serverUrl: () => 'https://callsync.test',
    fetch: async (url: string) => {
      asked.push(url)
      return new Response('x;y')
    },
  }
  for (const name of ['calls.csv', '../../.bashrc', '..\\..\\evil.exe', '/']) {
    expect(await saveFile(deps, { name, path: '/api/file/1' })).toBe(true)
  }
  expect(suggested).toEqual(['calls.csv', '.bashrc', 'evil.exe', 'file'])
  expect(new Set(asked)).toEqual(new Set(['https://callsync.test/api/file/1']))
  expect(readFileSync(join(folder, 'chosen.csv'), 'utf8')).toBe('x;y')
})

describe('a file that cannot be taken whole', () => {
  const serverUrl = () => 'https://callsync.test'
  const file = { name: 'a', path: '/api/a' }
  /** The server goes away after `chunks`. */
  const cut = (chunks: number) => async () => {
    let sent = 0
    return new Response(
      new ReadableStream<Uint8Array>({
        pull(stream) {
          if (sent++ < chunks) stream.enqueue(new Uint8Array(100_000))
          else stream.error(new Error('cut'))
        },
      }),
    )
  }
  const save = (path: string | null, fetch: () => Promise<Response>) =>
    saveFile({ serverUrl, fetch, askPath: async () => path }, file)

  test('is not asked for when the person cancels', async () => {
    let asked = 0
    const fetch = async () => new Response(`${asked++}`)
    expect(await save(null, fetch)).toBe(false)
    expect(asked).toBe(0)
  })

  test.each([
    ['breaks off', cut(1)],
    ['breaks off before its first byte', cut(0)],
    ['is refused', async () => new Response('{}', { status: 404 })],
    ['has no server', () => Promise.reject(new TypeError('net::ERR_CONNECTION_REFUSED'))],
  ])('leaves what was there, and nothing beside it, when it %s: that is the server’s', async (_, fetch) => {
    const path = join(folder, 'october.xlsx')
    writeFileSync(path, 'last month')
    await expect(save(path, fetch)).rejects.toThrow('The server did not give')
    expect(readdirSync(folder)).toEqual(['october.xlsx'])
    expect(readFileSync(path, 'utf8')).toBe('last month')
  })

  test('is told as the place’s when it cannot be written there', async () => {
    const whole = async () => new Response('x')
    await expect(save(join(folder, 'missing', 'a.csv'), whole)).rejects.toThrow('another place')
    // What stands there cannot be replaced by a file.
    mkdirSync(join(folder, 'taken.csv'))
    await expect(save(join(folder, 'taken.csv'), whole)).rejects.toThrow('another place')
    expect(readdirSync(folder)).toEqual(['taken.csv'])
  })

  test('replaces what was there once it is whole', async () => {
    const path = join(folder, 'october.xlsx')
    writeFileSync(path, 'last month')
    expect(await save(path, async () => new Response('new'))).toBe(true)
    expect(readdirSync(folder)).toEqual(['october.xlsx'])
    expect(readFileSync(path, 'utf8')).toBe('new')
  })
})

const bounds = { x: 100, y: 50, width: 1280, height: 800, maximized: false }
const office = [
  { x: 0, y: 0, width: 1920, height: 1080 },
  { x: 1920, y: 0, width: 1920, height: 1080 },
]
const home = [{ x: 0, y: 0, width: 1440, height: 900 }]

test('a window comes back where it was, on each set of displays', () => {
  const file = join(folder, 'windows.json')
  const memory = createBoundsMemory({ file, log: silentLog })
  const right = { ...bounds, x: 2200 }
  memory.set('workplace', right, office)
  memory.set('workplace', bounds, home)
  const again = createBoundsMemory({ file, log: silentLog })
  expect(again.get('workplace', office)).toEqual(right)
  expect(again.get('workplace', office.toReversed())).toEqual(right)
  expect(again.get('workplace', home)).toEqual(bounds)
  expect(again.get('monitor', home)).toBeUndefined()
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('on unknown displays it comes back as it was last, where the person can reach it', () => {
  const memory = createBoundsMemory({ file: join(folder, 'windows.json'), log: silentLog })
  memory.set('workplace', bounds, home)
  memory.set('workplace', { ...bounds, x: 2200 }, office)
  expect(memory.get('workplace', [{ x: 0, y: 0, width: 1280, height: 720 }])).toEqual({ ...bounds, x: 0, y: 0, height: 720 })
})

test('sets of displays that were not used for long are forgotten', () => {
  const memory = createBoundsMemory({ file: join(folder, 'windows.json'), log: silentLog })
  const display = (width: number) => [{ x: 0, y: 0, width, height: 1080 }]
  memory.set('workplace', { ...bounds, x: 1 }, display(2000))
  for (let n = 1; n <= 8; n += 1) memory.set('workplace', bounds, display(2000 + n))
  expect(memory.get('workplace', display(2000))?.x).toBe(bounds.x)
})

test.each(['{"workplace":{"x":1}}', 'no json', '{"version":2,"windows":{"workplace":{"a":{"x":"left"}}}}'])(
  'a file that cannot be read (%s) only means default places',
  (content) => {
    const file = join(folder, 'windows.json')
    writeFileSync(file, content)
    expect(createBoundsMemory({ file, log: silentLog }).get('workplace', home)).toBeUndefined()
  },
)

test('a window is not put on a screen that is gone, nor with its title bar out of reach', () => {
  const [left] = office
  const one = left ? [left] : []
  expect(fitOnScreens(bounds, one)).toEqual(bounds)
  expect(fitOnScreens({ ...bounds, x: 2000 }, one)).toEqual({ ...bounds, x: 640 })
  expect(fitOnScreens({ ...bounds, x: 1850 }, one)).toEqual({ ...bounds, x: 640 })
  expect(fitOnScreens({ ...bounds, y: -100 }, one)).toEqual({ ...bounds, y: 0 })
  expect(fitOnScreens({ ...bounds, x: 2000 }, office)).toEqual({ ...bounds, x: 2000 })
  expect(fitOnScreens(bounds, [])).toBeUndefined()
})
