import { describe, expect, it } from 'vitest'
import { loadSavedPhone, readSavedPhone, type SavedCall, TabCallMemory } from './call-memory.ts'

const account = {
  socketUrl: 'ws://pbx.invalid/ws',
  uri: 'sip:1001@pbx.invalid',
  username: '1001',
  password: 'secret',
  displayName: 'Anna',
  server: '1',
  echoNumber: '600',
  iceServers: [{ urls: 'turn:relay.invalid', username: 'a', credential: 'b' }],
}
const call: SavedCall = {
  lineId: 'in-1',
  dialog: { callId: 'c', localTag: 'l', remoteTag: 'r' },
  direction: 'inbound',
  number: '+79161234567',
  name: '',
  callId: '10.1',
  legId: null,
  cardId: 'main:10.2',
  joined: true,
  held: true,
  muted: false,
  startedAtMs: 1,
  answeredAtMs: 2,
}

class FakeStorage {
  stored: string | null = null
  broken = false
  getItem(): string | null {
    return this.stored
  }
  setItem(_key: string, value: string): void {
    if (this.broken) throw new Error('quota')
    this.stored = value
  }
  removeItem(): void {
    this.stored = null
  }
}

describe('what a tab remembers of its calls', () => {
  it('is all that the next page needs, and nothing after the last call', () => {
    const storage = new FakeStorage()
    const memory = new TabCallMemory({ owner: 'anna', account }, { tab: storage, computer: new FakeStorage() })
    const calls = { calls: [call], consultation: { callerId: 'in-1', targetId: 'out-2' } }
    memory.save(calls, 0)
    expect(loadSavedPhone(storage)).toEqual({ owner: 'anna', account, ...calls })
    memory.save({ calls: [], consultation: null }, 0)
    expect(storage.stored).toBeNull()
  })
  it('is read as an older version left it', () => {
    const { cardId: _card, joined: _joined, ...older } = call
    const stored = JSON.stringify({ owner: 'anna', account, calls: [older], consultation: null })
    expect(readSavedPhone(stored)?.calls).toEqual([{ ...call, cardId: null, joined: false }])
  })
  it('wipes what an earlier page left, also when nothing was saved here', () => {
    const storage = new FakeStorage()
    storage.stored = 'anything'
    new TabCallMemory({ owner: 'anna', account }, { tab: storage, computer: new FakeStorage() }).save(
      { calls: [], consultation: null },
      0,
    )
    expect(storage.stored).toBeNull()
  })
  it('does without a storage that is closed to it', () => {
    const storage = new FakeStorage()
    storage.broken = true
    expect(() =>
      new TabCallMemory({ owner: 'anna', account }, { tab: storage, computer: new FakeStorage() }).save(
        { calls: [call], consultation: null },
        0,
      ),
    ).not.toThrow()
  })
  it('tells the computer that there was one, but nothing to take it with', () => {
    const computer = new FakeStorage()
    const memoryOf = (owner: string) => new TabCallMemory({ owner, account }, { tab: new FakeStorage(), computer })
    memoryOf('anna').save({ calls: [call], consultation: null }, 1_000)
    const { lineId, callId, direction, startedAtMs, answeredAtMs } = call
    expect(memoryOf('anna').recent(61_000)).toEqual([{ lineId, callId, direction, startedAtMs, answeredAtMs }])
    expect(memoryOf('anna').recent(61_001)).toEqual([])
    expect(memoryOf('boris').recent(1_000)).toEqual([])
    for (const secret of [account.password, call.number, '"c"', '"r"']) expect(computer.stored).not.toContain(secret)
  })
  it.each([null, '', '{', '[]', JSON.stringify({ owner: 'anna', account, calls: [], consultation: null })])(
    'is nothing when it cannot be read: %s',
    (stored) => expect(readSavedPhone(stored)).toBeNull(),
  )
})
