import { describe, expect, it } from 'vitest'
import { ManualClock } from '../clock.ts'
import { type ByeReason, contractVersion, type LiveChange, ServerMessage, type User } from '../contract/index.ts'
import type { Identity } from './auth.ts'
import { ScriptedBoard } from './fixture.ts'
import { LiveConnection, maxBufferedBytes, type Wire } from './live-connection.ts'

const user: User = { id: '1', email: 'a@b.test', name: 'A', role: 'operator', extension: null, active: true }
const known: Identity = { user, token: 't', sessionId: 's', byCookie: false, renewed: false }

class FakeWire implements Wire {
  bufferedAmount = 0
  readonly sent: ServerMessage[] = []
  closedWith: number | null = null
  terminated = false
  pings = 0
  send(text: string): void {
    this.sent.push(ServerMessage.parse(JSON.parse(text)))
  }
  ping(): void {
    this.pings += 1
  }
  close(code: number): void {
    this.closedWith = code
  }
  terminate(): void {
    this.terminated = true
  }
}

const channelOf = (board: ScriptedBoard, endOf: () => ByeReason | null = () => null) => ({
  endOf,
  viewFor: ({ user }: Identity) => board.viewFor(user),
  subscribe: ({ user }: Identity, listener: (changes: readonly LiveChange[]) => void) => board.subscribe(user, listener),
})

async function connect() {
  const wire = new FakeWire()
  const clock = new ManualClock()
  const board = new ScriptedBoard()
  const session: { over: ByeReason | null } = { over: null }
  const channel = channelOf(board, () => session.over)
  const connection = new LiveConnection({ wire, clock, channel, identify: async () => known })
  connection.start()
  await connection.receive(JSON.stringify({ type: 'auth', token: 't', contractVersion }))
  return { wire, clock, board, connection, session }
}
const change: LiveChange = { kind: 'queueGone', number: '1' }
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('LiveConnection', () => {
  it('lets go of a reader that does not take what it is sent', async () => {
    const { wire, board, clock } = await connect()
    wire.bufferedAmount = maxBufferedBytes
    board.tell(change)
    await turn()
    expect(wire.sent.at(-1)).toMatchObject({ type: 'delta', seq: 1 })

    wire.bufferedAmount = maxBufferedBytes + 1
    board.tell(change)
    await turn()
    expect(wire.sent.at(-1)).toEqual({ type: 'bye', reason: 'tooSlow' })
    expect(wire.closedWith).toBe(4408)
    expect(board.readers).toBe(0)
    // Its end of the close may never come.
    expect(wire.terminated).toBe(false)
    clock.advance(2_000)
    expect(wire.terminated).toBe(true)
  })

  it('drops a peer that has stopped to answer', async () => {
    const { wire, connection } = await connect()
    await connection.beat()
    connection.ponged()
    await connection.beat()
    expect(wire).toMatchObject({ pings: 2, terminated: false })
    await connection.beat()
    expect(wire.terminated).toBe(true)
  })

  it.each([
    ['unauthenticated', 4401],
    ['expired', 4410],
  ] as const)('notices a right that has ended by the clock, and says how: %s', async (reason, code) => {
    const { wire, connection, session } = await connect()
    await connection.beat()
    connection.ponged()
    expect(wire.closedWith).toBeNull()
    session.over = reason
    await connection.beat()
    expect(wire.sent.at(-1)).toEqual({ type: 'bye', reason })
    expect(wire.closedWith).toBe(code)
  })

  it.each([
    ['expired', contractVersion - 1, ['hello', 'bye']],
    ['expired', contractVersion, ['bye']],
    // It ends a session on every page, however old.
    ['unauthenticated', contractVersion - 1, ['bye']],
  ] as const)(
    'refuses as %s a page of version %i, which learns first when it is too old for the reason',
    async (reason, spoken, types) => {
      const wire = new FakeWire()
      const channel = channelOf(new ScriptedBoard())
      const connection = new LiveConnection({ wire, clock: new ManualClock(), channel, identify: async () => reason })
      connection.start()
      await connection.receive(JSON.stringify({ type: 'auth', token: 't', contractVersion: spoken }))
      expect(wire.sent.map(({ type }) => type)).toEqual(types)
      expect(wire.sent.at(-1)).toEqual({ type: 'bye', reason })
    },
  )

  it('does not begin for a reader that left while it was looked up', async () => {
    const wire = new FakeWire()
    const board = new ScriptedBoard()
    const lookup = Promise.withResolvers<Identity | ByeReason>()
    const channel = channelOf(board)
    const connection = new LiveConnection({ wire, clock: new ManualClock(), channel, identify: () => lookup.promise })
    connection.start()
    const asked = connection.receive(JSON.stringify({ type: 'auth', token: 't', contractVersion }))
    connection.closed()
    lookup.resolve(known)
    await asked
    expect(wire.sent).toEqual([])
    expect(board.readers).toBe(0)
  })

  it('sends nothing twice: a snapshot holds what was still waiting', async () => {
    const { wire, board, connection } = await connect()
    board.tell(change)
    await connection.receive(JSON.stringify({ type: 'resync' }))
    await turn()
    expect(wire.sent.map((message) => message.type)).toEqual(['hello', 'snapshot', 'snapshot'])
  })
})
