import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { type Channel, connectWire } from './wire.ts'

interface Side {
  ask(question: string): Promise<string>
}

/** The message channel to a process that is already gone: its `disconnect` is heard only later. */
class GoneProcess extends EventEmitter {
  readonly sent: unknown[] = []

  send(...[message, , , sent]: Parameters<NonNullable<Channel['send']>>): boolean {
    this.sent.push(message)
    const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
    // As a ChildProcess does: whom nobody told what to do with the failure, throws it.
    if (sent) sent(error)
    else this.emit('error', error)
    return false
  }
}

const own: Side = { ask: async (question) => `no ${question}` }

test('an answer to a process that ended while asking is dropped without a word', async () => {
  const gone = new GoneProcess()
  connectWire<Side, Side>(gone, own)
  gone.emit('message', { type: 'call', id: 1, method: 'ask', args: 'window' })
  await new Promise(setImmediate)
  expect(gone.sent).toEqual([{ type: 'reply', id: 1, value: 'no window' }])
})

test('a question to a process that ended is refused as soon as that is heard', async () => {
  const gone = new GoneProcess()
  const other = connectWire<Side, Side>(gone, own)
  const answer = other.ask('window')
  gone.emit('disconnect')
  await expect(answer).rejects.toThrow('the other process is gone')
  await expect(other.ask('another')).rejects.toThrow('the other process is gone')
  expect(gone.sent).toHaveLength(1)
})
