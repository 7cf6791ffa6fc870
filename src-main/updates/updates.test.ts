import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { UpdateState } from '../../src-preload/contract/index.ts'
import { silentLog } from '../log.ts'
import { createUpdates, updatesRefusal } from './updates.ts'

class FakeUpdater extends EventEmitter {
  autoDownload = false
  autoInstallOnAppQuit = false
  feed = ''
  checks = 0
  installs = 0
  setFeedURL({ url }: { url: string }) {
    this.feed = url
  }
  async checkForUpdates() {
    this.checks += 1
  }
  quitAndInstall() {
    this.installs += 1
  }
}

function setUp(serverUrl = 'https://callsync.example.com') {
  const updater = new FakeUpdater()
  const due: { work: () => void; afterMs: number }[] = []
  const told: UpdateState[] = []
  let leaves = 0
  const updates = createUpdates({
    updater,
    version: '1.0.0',
    serverUrl: () => serverUrl,
    onChanged: (state) => void told.push(state),
    allowQuit: () => {
      leaves += 1
    },
    log: silentLog,
    schedule: (work, afterMs) => {
      const entry = { work, afterMs }
      due.push(entry)
      return () => void due.splice(due.indexOf(entry), 1)
    },
  })
  return { updater, updates, told, due, tick: () => due.shift()?.work(), leaves: () => leaves }
}

test('asks the company’s own server, soon after the start and then now and again', () => {
  const { updater, tick, due, updates } = setUp()
  expect(updates.state()).toEqual({ state: 'none', version: '1.0.0' })
  expect(updater.checks).toBe(0)
  tick()
  expect(updater.feed).toBe('https://callsync.example.com/updates/')
  tick()
  expect(updater.checks).toBe(2)
  updates.stop()
  expect(due).toEqual([])
})

test.each(['', 'http://callsync.example.com', 'http://10.0.0.5:7420', 'ftp://127.0.0.1', 'not a url'])(
  'nothing is fetched from %s, where anyone on the way could answer',
  (serverUrl) => {
    const { updater, tick } = setUp(serverUrl)
    tick()
    expect([updater.checks, updater.feed]).toEqual([0, ''])
  },
)

test('downloads in the background and tells of it in whole percents', () => {
  const { updater, told, tick } = setUp()
  updater.emit('update-available', { version: '1.1.0' })
  for (const percent of [0.2, 10.1, 10.9, 11]) updater.emit('download-progress', { percent })
  updater.emit('update-downloaded', { version: '1.1.0' })
  expect(told.map((state) => (state.state === 'downloading' ? state.percent : state.state))).toEqual([0, 10, 11, 'ready'])
  tick()
  expect(updater.checks).toBe(0)
})

test('is installed when the person says so, and not before it is there', () => {
  const { updater, updates, leaves } = setUp()
  updates.install()
  expect(updater.installs).toBe(0)
  updater.emit('update-downloaded', { version: '1.1.0' })
  updates.install()
  expect([updater.installs, leaves()]).toEqual([1, 1])
})

test('never during a call, neither by the person nor by the end of the app', () => {
  const { updater, updates, leaves } = setUp()
  updater.emit('update-downloaded', { version: '1.1.0' })
  updates.busyChanged(true)
  expect(() => updates.install()).toThrow('during a call')
  updates.endBegins()
  // The windows close now, and the call with them.
  updates.busyChanged(false)
  expect([updater.installs, leaves(), updater.autoInstallOnAppQuit]).toEqual([0, 0, false])
  updates.endBegins()
  expect(updater.autoInstallOnAppQuit).toBe(true)
  updates.install()
  expect(updater.installs).toBe(1)
})

test('a failed download is told; a server that cannot be asked is not, and takes nothing that lies ready', () => {
  const { updater, updates } = setUp()
  updater.emit('error', new Error('no network'))
  expect(updates.state().state).toBe('none')
  updater.emit('update-available', { version: '1.1.0' })
  updater.emit('error', new Error('sha512 mismatch'))
  expect(updates.state()).toEqual({ state: 'failed', version: '1.1.0', reason: 'sha512 mismatch' })
  updater.emit('update-downloaded', { version: '1.1.0' })
  updater.emit('error', new Error('no network'))
  expect(updates.state().state).toBe('ready')
})

test('an app without a publisher to check against takes no updates on Windows', () => {
  const good = {
    isPackaged: true,
    allowedByPolicy: true,
    platform: 'win32' as const,
    updateFile: 'provider: generic\npublisherName:\n  - CallSync\n',
  }
  expect(updatesRefusal(good)).toBeNull()
  expect(updatesRefusal({ ...good, updateFile: 'provider: generic\n' })).toBe('no publisher to check against')
  expect(updatesRefusal({ ...good, platform: 'linux', updateFile: 'provider: generic\n' })).toBeNull()
  expect(updatesRefusal({ ...good, updateFile: null })).toBe('built without updates')
  expect(updatesRefusal({ ...good, allowedByPolicy: false })).toBe('policy')
  expect(updatesRefusal({ ...good, isPackaged: false })).toBe('development')
})
