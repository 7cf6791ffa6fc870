import { describe, expect, it } from 'vitest'
import { call } from '../app/live/fixtures.ts'
import { type FloorDialog, followDialog } from './floor-dialog.ts'

const a = call({ id: 'a', operatorIds: ['anna'] })
const b = call({ id: 'b', operatorIds: ['anna'] })

describe('the question whether to end a call', () => {
  const asked: FloorDialog = { kind: 'end', call: a }

  it('stays with its call, whatever else its operator does and whoever has the call now', () => {
    expect(followDialog(asked, [b, a])).toBe(asked)
    const passedOn = { ...a, operatorIds: ['boris'] }
    expect(followDialog(asked, [passedOn])).toEqual({ kind: 'end', call: passedOn })
  })

  it('asks for the conference that its call has become, and for the call alone again after it', () => {
    const joined = { ...a, conferenceId: '471147114711' }
    const asks = followDialog(asked, [b, joined])
    expect(asks).toEqual({ kind: 'end', call: joined })
    expect(followDialog(asks, [b, a])).toEqual(asked)
  })

  it('goes with its call, and does not come back over the operator’s next one', () => {
    const after = followDialog(asked, [b])
    expect(after).toBeNull()
    expect(followDialog(after, [b, a])).toBeNull()
  })
})

it('a message goes on being written to the same operator', () => {
  const writing: FloorDialog = { kind: 'write', to: { id: 'anna', name: 'Анна' } }
  expect(followDialog(writing, [])).toBe(writing)
})

describe('the way of a call', () => {
  const opened: FloorDialog = { kind: 'journey', call: a, over: false }

  it('follows the call into another queue, and changes only when the call did', () => {
    expect(followDialog(opened, [b, a])).toBe(opened)
    const moved = { ...a, queue: { number: '702', name: 'Поддержка' } }
    expect(followDialog(opened, [moved])).toEqual({ kind: 'journey', call: moved, over: false })
  })

  it('says that the call is over, once', () => {
    const over = followDialog(opened, [b])
    expect(over).toEqual({ kind: 'journey', call: a, over: true })
    expect(followDialog(over, [b])).toBe(over)
    // The floor may have been out of touch.
    expect(followDialog(over, [a])).toEqual(opened)
  })
})
