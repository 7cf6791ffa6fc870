import { beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import type { SavedCall } from './recovery/call-memory.ts'
import { FakeSipLink } from './sip/fake-sip-link.ts'
import type { MoveOutcome } from './sip/sip-link.ts'
import { dialog, heardFor, listen, savedCall } from './testing/calls-up.ts'
import { PhoneStand } from './testing/phone-stand.ts'

let stand: PhoneStand
beforeEach(() => {
  stand = new PhoneStand()
})

describe('a page that was loaded anew in a call', () => {
  it('shows the call at once and takes it over', async () => {
    stand.load({ calls: [savedCall({ muted: true })], consultation: null })
    stand.phone.start()
    const shown = { phase: 'active', number: '+79161234567', name: 'Ivan', muted: true, answeredAtMs: 2_000, callId: '10.1' }
    expect(stand.line('in-1')).toMatchObject(shown)
    await settle()
    expect(stand.asked()).toEqual(['connect', 'register', 'move in-1 saved'])
    expect(stand.link.live.get('in-1')).toBe(false)
    expect(stand.memory?.calls).toMatchObject([{ lineId: 'in-1', dialog: { callId: 'in-1@pbx.1' }, muted: true }])
  })

  it('keeps both lines and the question to a colleague', async () => {
    const calls = [savedCall({ held: true }), savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })]
    stand.load({ calls, consultation: { callerId: 'in-1', targetId: 'out-1' } })
    stand.phone.start()
    await settle()
    expect(stand.asked()).toContain('move in-1 saved')
    expect(stand.asked().filter((what) => what.endsWith('hold in-1'))).toEqual(['hold in-1'])
    expect(stand.asked()).toContain('move out-1 saved')
    expect(stand.state()).toMatchObject({ activeId: 'out-1', consultation: { callerId: 'in-1', step: 'asking' } })
  })

  it.each<MoveOutcome>(['ok', 'gone', 'refused'])('leaves the processor to it until the first answer: %s', async (outcome) => {
    let answer: () => void = () => undefined
    stand.link.onMove = () => new Promise((resolve) => (answer = () => resolve(outcome)))
    stand.load({ calls: [savedCall()], consultation: null })
    stand.phone.start()
    let restored = false
    void stand.phone.callsRestored().then(() => (restored = true))
    await settle()
    expect(restored).toBe(false)
    answer()
    await settle()
    expect(restored).toBe(true)
  })

  it('leaves it to a dialled call until its bridge is open', async () => {
    stand.load({ calls: [savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })], consultation: null })
    stand.phone.start()
    let restored = false
    void stand.phone.callsRestored().then(() => (restored = true))
    await settle()
    listen(stand)
    await stand.clock.advance(200)
    expect([stand.asked().at(-1), restored]).toEqual(['hold out-1', false])
    await stand.clock.advance(300)
    expect([stand.asked().at(-1), restored]).toEqual(['unhold out-1', true])
  })

  it('says when the call was over meanwhile, and forgets it', async () => {
    stand.link.onMove = () => 'gone'
    stand.load({ calls: [savedCall()], consultation: null })
    stand.phone.start()
    await settle()
    expect(stand.line('in-1')).toMatchObject({ phase: 'ended', endReason: 'endedWhileAway' })
    expect(stand.memory?.calls).toEqual([])
  })

  it('finds the call where the PBX moved it for a page that did not live to hear of it', async () => {
    stand.link.onMove = () => (stand.link.asked.includes('move in-1 elsewhere') ? 'ok' : 'gone')
    stand.found = [
      { linkedId: '99.1', dialog: dialog('another') },
      { linkedId: '10.1', dialog: dialog('elsewhere') },
    ]
    stand.load({ calls: [savedCall()], consultation: null })
    stand.phone.start()
    await settle()
    expect(stand.asked()).toEqual(['connect', 'register', 'move in-1 saved', 'move in-1 elsewhere'])
    expect(stand.line('in-1')?.phase).toBe('active')
  })

  it('finds a call that was transferred to us, which is another one for the PBX', async () => {
    await heardFor(stand)
    stand.phone.learn('in-1', { cardId: 'main:10.2', callId: '9.1', number: '+79160001000', name: '' })
    const left = stand.memory
    expect(left?.calls).toMatchObject([{ callId: '9.1', cardId: 'main:10.2', number: '+79160001000' }])
    stand.link = new FakeSipLink()
    stand.link.onMove = () => (stand.link.asked.includes('move in-1 elsewhere') ? 'ok' : 'gone')
    stand.found = [{ linkedId: '9.1', dialog: dialog('elsewhere') }]
    stand.load(left)
    stand.phone.start()
    await settle()
    expect(stand.asked()).toContain('move in-1 elsewhere')
    expect(stand.line('in-1')).toMatchObject({ phase: 'active', callId: '9.1', legId: null, cardId: 'main:10.2' })
    // As a dialled one, its bridge has to be opened.
    listen(stand)
    await stand.clock.advance(200)
    expect(stand.asked().at(-1)).toBe('hold in-1')
    await stand.clock.advance(300)
    expect(stand.asked().at(-1)).toBe('unhold in-1')
  })

  it('does not take the call of the other line, whose move is under way or not known to the server yet', async () => {
    const out = (change: Partial<SavedCall>) => savedCall({ direction: 'outbound', callId: null, ...change })
    // An own outgoing call has no Linkedid here that could tell whose the found one is.
    for (const [callId, theirs] of [
      [null, 'in-1@pbx.1'],
      ['10.1', 'older'],
    ] as const) {
      const calls = [out({ callId, dialog: dialog('saved-1') }), out({ lineId: 'out-1', dialog: dialog('saved-2') })]
      stand.link = new FakeSipLink()
      let answer = (): void => undefined
      const moved = new Promise<MoveOutcome>((resolve) => {
        answer = () => resolve('ok')
      })
      stand.link.onMove = (callId) => (callId === 'in-1' ? moved : 'gone')
      stand.link.onMovesSettled = () => moved.then(settle)
      stand.found = [{ linkedId: '10.1', dialog: dialog(theirs) }]
      stand.load({ calls, consultation: null })
      stand.phone.start()
      await settle()
      answer()
      await stand.clock.advance(100)
      expect(stand.asked().filter((what) => what.startsWith('move'))).toEqual(['move in-1 saved-1', 'move out-1 saved-2'])
      expect([stand.line('in-1')?.phase, stand.line('out-1')?.phase]).toEqual(['active', 'ended'])
    }
  })

  it('finds the own outgoing call beside one that the server knows where it is, also when both are one conference', async () => {
    stand.link.onMove = (callId) => (callId === 'in-1' || stand.link.asked.includes('move out-1 elsewhere') ? 'ok' : 'gone')
    stand.found = [
      { linkedId: '10.1', dialog: dialog('in-1@pbx.1') },
      { linkedId: '10.1', dialog: dialog('elsewhere') },
    ]
    const outgoing = savedCall({ lineId: 'out-1', direction: 'outbound', callId: null, dialog: dialog('saved-2') })
    stand.load({ calls: [savedCall(), outgoing], consultation: null })
    stand.phone.start()
    await settle()
    expect(stand.asked()).toContain('move out-1 elsewhere')
    expect(stand.line('out-1')?.phase).toBe('active')
  })

  it('does not ask twice for what the server still takes for up', async () => {
    stand.link.onMove = () => 'gone'
    stand.found = [{ linkedId: '10.1', dialog: savedCall().dialog }]
    stand.load({ calls: [savedCall()], consultation: null })
    stand.phone.start()
    await settle()
    expect(stand.line('in-1')?.phase).toBe('ended')
  })

  it('waits a moment for the page before it to let go', async () => {
    stand.lock.held = false
    stand.load({ calls: [savedCall()], consultation: null })
    stand.phone.start()
    await stand.clock.advance(1_000)
    expect([stand.asked(), stand.memory]).toEqual([[], null])
    stand.lock.give(true)
    await settle()
    expect(stand.line('in-1')?.phase).toBe('active')
  })

  it('leaves the call to a page that lives on: a duplicated tab must not take it', async () => {
    stand.lock.held = false
    stand.load({ calls: [savedCall()], consultation: null })
    stand.phone.start()
    await stand.clock.advance(3_000)
    expect(stand.memory?.calls).toEqual([])
    stand.lock.give(true)
    await settle()
    expect(stand.asked()).toEqual(['connect', 'register'])
  })
})
