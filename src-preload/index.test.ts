import { beforeEach, expect, test, vi } from 'vitest'
import { type Bridge, bridgeChannels, bridgeRequests } from './contract/index.ts'

const exposed = new Map<string, Bridge>()
const invoke = vi.fn()
const channels: string[] = []
let deliver: (event: object, message: object) => void = () => undefined

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: Bridge) => exposed.set(name, api) },
  ipcRenderer: {
    invoke: (...args: unknown[]) => invoke(...args),
    on: (channel: string, listener: typeof deliver) => {
      channels.push(channel)
      deliver = listener
    },
  },
}))

let bridge: Bridge
beforeEach(async () => {
  vi.resetModules()
  exposed.clear()
  invoke.mockReset()
  channels.length = 0
  await import('./index.ts')
  const found = exposed.get('callsync')
  if (!found) throw new Error('nothing was exposed')
  bridge = found
})

test('exposes one name with two functions, and listens on one channel', () => {
  expect([...exposed.keys()]).toEqual(['callsync'])
  expect(Object.keys(bridge).sort()).toEqual(['on', 'request'])
  expect(channels).toEqual([bridgeChannels.event])
})

test('every request of the contract goes out on the one channel', async () => {
  invoke.mockResolvedValue({ ok: true, value: null })
  for (const name of Object.keys(bridgeRequests)) {
    await Reflect.apply(bridge.request, null, [name, {}])
    expect(invoke).toHaveBeenLastCalledWith(bridgeChannels.request, name, {})
  }
})

test.each(['drafts.dropAll', 'constructor', '__proto__', 'toString', ''])('%s does not leave the page', async (name) => {
  expect(await Reflect.apply(bridge.request, null, [name, {}])).toMatchObject({ ok: false, code: 'invalidArguments' })
  expect(invoke).not.toHaveBeenCalled()
})

test('a main process that does not answer is an envelope too', async () => {
  invoke.mockRejectedValue(new Error('reply was never sent'))
  expect(await bridge.request('server.address', {})).toMatchObject({ ok: false, code: 'internal' })
})

test('events reach their listeners until the disposer; the sender’s object never does', () => {
  const heard: unknown[] = []
  const stop = bridge.on('power.resumed', (...args) => void heard.push(args))
  deliver({ sender: 'ipcRenderer' }, { name: 'power.resumed', event: {} })
  deliver({}, { name: 'notifications.clicked', event: { id: 'a' } })
  stop()
  deliver({}, { name: 'power.resumed', event: {} })
  expect(heard).toEqual([[{}]])
})

test('an event that the contract does not know is never listened to', () => {
  const heard: unknown[] = []
  Reflect.apply(bridge.on, null, ['anything', (event: unknown) => heard.push(event)])
  deliver({}, { name: 'anything', event: 1 })
  expect(heard).toEqual([])
})
