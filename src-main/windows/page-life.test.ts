import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { silentLog } from '../log.ts'
import { guardPageLife } from './page-life.ts'

function setUp(answer = true) {
  let reloads = 0
  let deaths = 0
  let nowMs = 0
  const contents = Object.assign(new EventEmitter(), {
    reload: () => {
      reloads += 1
    },
  })
  guardPageLife(contents, {
    confirmUnload: () => answer,
    onGone: () => {
      deaths += 1
    },
    now: () => nowMs,
    log: silentLog,
  })
  return {
    reloads: () => reloads,
    deaths: () => deaths,
    die: (reason: string, atMs = nowMs) => {
      nowMs = atMs
      contents.emit('render-process-gone', {}, { reason })
    },
    navigate: () => contents.emit('did-navigate'),
    closes: () => {
      let closes = false
      contents.emit('will-prevent-unload', {
        preventDefault: () => {
          closes = true
        },
      })
      return closes
    },
  }
}

test('a window with a call in it closes only when the person says so', () => {
  expect(setUp(false).closes()).toBe(false)
  expect(setUp(true).closes()).toBe(true)
})

test('a page that crashed comes back; one that ended by itself does not', () => {
  const page = setUp()
  page.die('clean-exit')
  expect(page.reloads()).toBe(0)
  page.die('crashed')
  page.die('oom')
  expect(page.reloads()).toBe(2)
})

test('what a page has said goes with it, also when it is only loaded again', () => {
  const page = setUp()
  page.navigate()
  expect([page.reloads(), page.deaths()]).toEqual([0, 1])
})

test('a page that dies again and again stays down until it has lasted', () => {
  const page = setUp()
  for (let i = 0; i < 10; i++) page.die('crashed', i * 1000)
  expect([page.reloads(), page.deaths()]).toEqual([3, 10])
  page.die('crashed', 120_000)
  expect(page.reloads()).toBe(4)
})
