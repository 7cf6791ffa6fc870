import { describe, expect, it } from 'vitest'
import { loadSavedPhone, readSavedPhone, type SavedCall, TabCallMemory } from './call-memory.ts'

const account = {
  socketUrl: 'ws://pbx.invalid/ws',
  uri: 'sip:1001@pbx.invalid',
  username: '1001',
  password: 'secret',
  displayName: 'Anna',
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
    const memory = new TabCallMemory({ owner: 'anna', account }, storage)
    const calls = { calls: [call], consultation: { callerId: 'in-1', targetId: 'out-2' } }
    memory.save(calls)
    expect(loadSavedPhone(storage)).toEqual({ owner: 'anna', account, ...calls })
    memory.save({ calls: [], consultation: null })
    expect(storage.stored).toBeNull()
  })
  it('wipes what an earlier page left, also when nothing was saved here', () => {
    const storage = new FakeStorage()
    storage.stored = 'anything'
    new TabCallMemory({ owner: 'anna', account }, storage).save({ calls: [], consultation: null })
    expect(storage.stored).toBeNull()
  })
  it('does without a storage that is closed to it', () => {
    const storage = new FakeStorage()
    storage.broken = true
    expect(() => new TabCallMemory({ owner: 'anna', account }, storage).save({ calls: [call], consultation: null })).not.toThrow()
  })
  it.each([null, '', '{', '[]', JSON.stringify({ owner: 'anna', account, calls: [], consultation: null })])(
    'is nothing when it cannot be read: %s',
    (stored) => expect(readSavedPhone(stored)).toBeNull(),
  )
})
