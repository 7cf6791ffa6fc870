import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLive, type LineCommand, type LineEvent, type LinesState, maxLines, noLines, stepLines } from './lines.ts'

const newLine = (id: string) => ({ id, number: '100', name: '', callId: null, legId: null })
const incoming = (id: string): LineEvent => ({ type: 'incoming', line: newLine(id), nowMs: 1000 })
const dial = (id: string): LineEvent => ({ type: 'dial', line: newLine(id), nowMs: 1000 })
const on = (type: 'answer' | 'hangUp' | 'hold' | 'resume', lineId: string): LineEvent => ({ type, lineId })
const established = (lineId: string): LineEvent => ({ type: 'established', lineId, nowMs: 2000 })
const done = (type: 'holdDone' | 'holdFailed' | 'resumeDone' | 'resumeFailed', lineId: string): LineEvent => ({ type, lineId })
const ended = (lineId: string): LineEvent => ({ type: 'ended', lineId, reason: 'remoteHungUp' })

function run(events: readonly LineEvent[], from: LinesState = noLines) {
  let state = from
  let last: readonly LineCommand[] = []
  for (const event of events) [state, last] = stepLines(state, event)
  return { state, last }
}

const phases = (state: LinesState) => Object.fromEntries(state.lines.map((line) => [line.id, line.phase]))
const live = (state: LinesState) => state.lines.filter((line) => isLive(state, line)).map((line) => line.id)

const talking = run([incoming('a'), on('answer', 'a'), established('a')]).state

describe('one call', () => {
  it('rings, is answered, talks', () => {
    expect(run([incoming('a'), on('answer', 'a')]).last).toEqual([{ type: 'accept', lineId: 'a' }])
    expect(phases(talking)).toEqual({ a: 'active' })
    expect(talking.activeId).toBe('a')
    expect(talking.lines[0]?.answeredAtMs).toBe(2000)
    expect(live(talking)).toEqual(['a'])
  })

  it('is rejected with 603 while ringing, hung up otherwise', () => {
    expect(run([incoming('a'), on('hangUp', 'a')]).last).toContainEqual({ type: 'reject', lineId: 'a', status: 603 })
    expect(run([on('hangUp', 'a')], talking).last).toContainEqual({ type: 'hangUp', lineId: 'a' })
  })

  it('shows its end and goes', () => {
    const over = run([ended('a')], talking)
    expect(over.state.lines[0]).toMatchObject({ phase: 'ended', endReason: 'remoteHungUp' })
    expect(over.last).toContainEqual({ type: 'expireLater', lineId: 'a' })
    expect(run([{ type: 'expire', lineId: 'a' }], over.state).state.lines).toEqual([])
  })

  it('does not forget a line that is not over', () => {
    expect(run([{ type: 'expire', lineId: 'a' }], talking).state.lines).toHaveLength(1)
  })

  it('switches the microphone off before the PBX has held, and back on when it refuses', () => {
    const holding = run([on('hold', 'a')], talking)
    expect(live(holding.state)).toEqual([])
    expect(phases(holding.state)).toEqual({ a: 'active' })
    expect(live(run([done('holdFailed', 'a')], holding.state).state)).toEqual(['a'])
    expect(phases(run([done('holdDone', 'a')], holding.state).state)).toEqual({ a: 'held' })
  })

  it('stays held when the PBX refuses to resume', () => {
    const back = run([on('hold', 'a'), done('holdDone', 'a'), on('resume', 'a'), done('resumeFailed', 'a')], talking)
    expect(phases(back.state)).toEqual({ a: 'held' })
    expect(back.last).toEqual([{ type: 'settle', lineId: 'a', error: 'refused' }])
    expect(live(back.state)).toEqual([])
  })

  it('mutes', () => {
    expect(live(run([{ type: 'mute', lineId: 'a', muted: true }], talking).state)).toEqual([])
  })
})

describe('a second call', () => {
  const second = run([incoming('b')], talking).state

  it('is answered only after the PBX has held the first', () => {
    const asked = run([on('answer', 'b')], second)
    expect(asked.last).toEqual([{ type: 'hold', lineId: 'a' }])
    expect(phases(asked.state)).toEqual({ a: 'active', b: 'ringingIn' })
    const held = run([done('holdDone', 'a')], asked.state)
    expect(held.last).toContainEqual({ type: 'accept', lineId: 'b' })
    const up = run([established('b')], held.state)
    expect(phases(up.state)).toEqual({ a: 'held', b: 'active' })
    expect(live(up.state)).toEqual(['b'])
  })

  it('keeps ringing when the hold fails, and the first talks on', () => {
    const back = run([on('answer', 'b'), done('holdFailed', 'a')], second)
    expect(phases(back.state)).toEqual({ a: 'active', b: 'ringingIn' })
    expect(back.last).toContainEqual({ type: 'settle', lineId: 'b', error: 'refused' })
    expect(live(back.state)).toEqual(['a'])
    expect(run([on('answer', 'b')], back.state).last).toEqual([{ type: 'hold', lineId: 'a' }])
  })

  it('goes on when the first hangs up instead of being held', () => {
    expect(run([on('answer', 'b'), ended('a')], second).last).toContainEqual({ type: 'accept', lineId: 'b' })
  })

  it('is forgotten when its caller gives up before the first is held', () => {
    const gone = run([on('answer', 'b'), ended('b'), done('holdDone', 'a')], second)
    expect(gone.last.some((command) => command.type === 'accept')).toBe(false)
    expect(phases(gone.state)).toMatchObject({ a: 'held' })
  })

  it('never unholds the first by its end', () => {
    const up = run([on('answer', 'b'), done('holdDone', 'a'), established('b')], second).state
    const over = run([ended('b')], up)
    expect(phases(over.state)).toMatchObject({ a: 'held' })
    expect(over.state.activeId).toBeNull()
    expect(over.last.some((command) => command.type === 'unhold')).toBe(false)
  })

  it('swaps by holding first', () => {
    const up = run([on('answer', 'b'), done('holdDone', 'a'), established('b')], second).state
    expect(run([on('resume', 'a')], up).last).toEqual([{ type: 'hold', lineId: 'b' }])
    const swapped = run([on('resume', 'a'), done('holdDone', 'b')], up)
    expect(swapped.last).toContainEqual({ type: 'unhold', lineId: 'a' })
    expect(phases(run([done('resumeDone', 'a')], swapped.state).state)).toEqual({ a: 'active', b: 'held' })
  })

  it('a third is busy', () => {
    expect(run([incoming('c')], second)).toEqual({ state: second, last: [{ type: 'reject', lineId: 'c', status: 486 }] })
  })
})

describe('dialling', () => {
  it('holds the talk first and dials then', () => {
    const asked = run([dial('b')], talking)
    expect(asked.last).toEqual([{ type: 'hold', lineId: 'a' }])
    expect(run([done('holdDone', 'a')], asked.state).last).toContainEqual({ type: 'invite', lineId: 'b' })
  })

  it('ends the line that was never dialled when the hold fails', () => {
    const back = run([dial('b'), done('holdFailed', 'a')], talking)
    expect(phases(back.state)).toEqual({ a: 'active', b: 'ended' })
  })

  it('cannot be answered before its INVITE went out', () => {
    expect(phases(run([dial('b'), established('b')], talking).state)).toEqual({ a: 'active', b: 'dialing' })
  })

  it('sends no CANCEL for an INVITE that was never sent', () => {
    expect(run([dial('b'), on('hangUp', 'b')], talking).last.some((command) => command.type === 'hangUp')).toBe(false)
  })

  it('is refused while another call is coming up', () => {
    const dialing = run([dial('a')]).state
    expect(run([dial('b')], dialing)).toEqual({ state: dialing, last: [{ type: 'settle', lineId: 'b', error: 'wrongPhase' }] })
    const ringing = run([incoming('b')], dialing).state
    expect(run([on('answer', 'b')], ringing).last).toEqual([{ type: 'settle', lineId: 'b', error: 'wrongPhase' }])
  })
})

const ids = ['a', 'b', 'a', 'b', 'c'] as const
const anyId = fc.constantFrom(...ids)
const anyEvent: fc.Arbitrary<LineEvent> = fc.oneof(
  anyId.map(incoming),
  anyId.map(dial),
  fc.tuple(fc.constantFrom('answer', 'hangUp', 'hold', 'resume'), anyId).map(([type, id]) => on(type, id)),
  anyId.map(established),
  anyId.map((lineId): LineEvent => ({ type: 'ringing', lineId })),
  fc.tuple(fc.constantFrom('holdDone', 'holdFailed', 'resumeDone', 'resumeFailed'), anyId).map(([type, id]) => done(type, id)),
  anyId.map(ended),
  anyId.map((lineId): LineEvent => ({ type: 'expire', lineId })),
  fc.tuple(anyId, fc.boolean()).map(([lineId, muted]): LineEvent => ({ type: 'mute', lineId, muted })),
)

describe('whatever happens', () => {
  it('one ear, one microphone, and nobody is taken off hold unasked', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 80 }), (events) => {
        let state = noLines
        for (const event of events) {
          const before = state
          const [next, commands] = stepLines(state, event)
          state = next
          const active = state.lines.filter((line) => line.phase === 'active')
          expect(active.length).toBeLessThanOrEqual(1)
          expect(state.activeId).toBe(active[0]?.id ?? null)
          expect(live(state).length).toBeLessThanOrEqual(1)
          expect(state.lines.filter((line) => line.phase !== 'ended').length).toBeLessThanOrEqual(maxLines)
          for (const command of commands) {
            if (command.type !== 'unhold') continue
            const asked =
              event.type === 'resume' ? event.lineId : before.waiting?.kind === 'resume' ? before.waiting.lineId : null
            expect(command.lineId).toBe(asked)
          }
          if (commands.some((command) => command.type === 'accept' || command.type === 'invite')) expect(active).toEqual([])
          if (state.waiting !== null) expect(state.lines.some((line) => line.turning === 'holding')).toBe(true)
        }
      }),
      { numRuns: 2500 },
    )
  })
})
