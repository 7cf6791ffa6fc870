import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryPlatform } from '../platform/memory.ts'
import { openConnection } from './connection.ts'
import { initialLiveState, liveStore, serverNow } from './live/live.ts'

afterEach(() => {
  liveStore.setState(initialLiveState, true)
  vi.unstubAllGlobals()
})

async function bench() {
  const asked: string[] = []
  const empty = { callBacks: [], next: null, total: 0 }
  vi.stubGlobal('fetch', async (input: string, init: RequestInit) => {
    asked.push(`${init.method} ${new URL(input).pathname}`)
    return Response.json(init.method === 'GET' ? empty : {})
  })
  const platform = createMemoryPlatform({ host: 'desktop', serverUrl: 'http://server.test' })
  return { asked, connection: await openConnection(platform) }
}

test('to a server of another version nothing is written, reading and signing out go on', async () => {
  const { asked, connection } = await bench()
  liveStore.setState({ outdated: true, serverContract: 2 })
  await expect(connection.api.setOwnStatus({ body: { paused: true, reason: null } })).rejects.toMatchObject({
    code: 'clientTooOld',
  })
  expect(asked).toEqual([])
  await connection.api.callBacks({ query: { status: 'open', limit: 10 } })
  await connection.api.signOut()
  expect(asked).toEqual(['GET /api/call-backs', 'DELETE /api/session'])
})

test('to a server of our version everything goes', async () => {
  const { asked, connection } = await bench()
  await connection.api.setOwnStatus({ body: { paused: true, reason: null } })
  expect(asked).toEqual(['PUT /api/phone/status'])
})

test('setting this computer’s clock moves no timer that runs by the server’s time', () => {
  liveStore.setState({ clockOffsetMs: 5_000 })
  const before = serverNow()
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000)
  expect(serverNow() - before).toBeLessThan(1_000)
})
