import { beforeEach, expect, it } from 'vitest'
import { say } from './launch-words.ts'
import { WatchedServer, type WatchedServerDeps } from './watched-server.ts'

/** A server that can be told to end, or not to start. */
class FakeServer {
  readonly url = 'http://127.0.0.1:1'
  readonly pid: number
  readonly exited: Promise<number | null>
  end: () => void = () => undefined
  stopped = false

  constructor(pid: number) {
    this.pid = pid
    this.exited = new Promise((done) => {
      this.end = () => done(1)
    })
  }

  async stop() {
    this.stopped = true
    this.end()
  }
}

let servers: FakeServer[]
let lines: string[]
let broken: boolean
let watching: boolean
let change: () => void
let settled: (() => void)[]
let deps: WatchedServerDeps

beforeEach(() => {
  servers = []
  lines = []
  broken = false
  watching = false
  settled = []
  deps = {
    startServer: async () => {
      if (broken) throw new Error('a typing error')
      const server = new FakeServer(servers.length + 1)
      servers.push(server)
      return server
    },
    watch: (changed) => {
      change = changed
      watching = true
      return () => {
        watching = false
      }
    },
    settle: () => new Promise((done) => settled.push(done)),
    log: (line) => lines.push(line),
  }
})

/** Everything that needs no more than the event loop's turn. */
const turn = () => new Promise((done) => setImmediate(done))
const settle = async () => {
  for (const done of settled.splice(0)) done()
  await turn()
}

it('starts the server again after a burst of changes, once', async () => {
  await WatchedServer.start(deps)
  change()
  change()
  change()
  await settle()
  expect(servers.map(({ stopped }) => stopped)).toEqual([true, false])
  expect(lines).toEqual([say.serverRestarted(2)])
})

it('starts it once more when a change comes while it is starting', async () => {
  const start = deps.startServer
  let finish: () => void = () => undefined
  deps = {
    ...deps,
    startServer: async () => {
      if (servers.length === 1) {
        await new Promise<void>((done) => {
          finish = done
        })
      }
      return start()
    },
  }
  await WatchedServer.start(deps)
  change()
  await settle()
  change()
  finish()
  await turn()
  await settle()
  expect(servers.map(({ stopped }) => stopped)).toEqual([true, true, false])
})

it('waits for a correction when the server does not start', async () => {
  await WatchedServer.start(deps)
  broken = true
  change()
  await settle()
  expect(lines).toEqual(['a typing error', say.serverWaits])
  broken = false
  change()
  await settle()
  expect(lines.at(-1)).toBe(say.serverRestarted(2))
})

it('says when the server ends by itself, and starts it at the next change', async () => {
  await WatchedServer.start(deps)
  servers[0]?.end()
  await turn()
  expect(lines).toEqual([say.ended('server')])
  change()
  await settle()
  expect(servers).toHaveLength(2)
})

it('ends the server and the watching, and starts nothing afterwards', async () => {
  const watched = await WatchedServer.start(deps)
  change()
  const stopped = watched.stop()
  await settle()
  await stopped
  expect(watching).toBe(false)
  expect(servers.map((server) => server.stopped)).toEqual([true])
  expect(lines).toEqual([])
})

it('rejects when the first start fails', async () => {
  broken = true
  await expect(WatchedServer.start(deps)).rejects.toThrow('a typing error')
  expect(watching).toBe(false)
})
