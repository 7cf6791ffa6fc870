import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLive, type LineCommand, type LineEvent, type LinesState, maxLines, noLines, stepLines } from './lines.ts'

const newLine = (id: string) => ({ id, number: '100', name: '', callId: null, legId: null })
const incoming = (id: string): LineEvent => ({ type: 'incoming', line: newLine(id), nowMs: 1000 })
const dial = (id: string): LineEvent => ({ type: 'dial', line: newLine(id), nowMs: 1000 })
const on = (type: 'answer' | 'endAndAnswer' | 'hangUp' | 'hold' | 'resume', lineId: string): LineEvent => ({ type, lineId })
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

  it('learns of its card what the PBX does not tell, until it has ended', () => {
    const learnt = { cardId: 'main:1', callId: '9.1', number: '+79160001000', name: '' }
    const event: LineEvent = { type: 'learnt', lineId: 'a', learnt }
    expect(run([event], talking).state.lines).toEqual([{ ...talking.lines[0], ...learnt, joined: true }])
    const knows = run([event], talking).state
    expect(run([event], knows).state).toBe(knows)
    expect(run([ended('a'), event], talking).state.lines[0]).toMatchObject({ number: '100', cardId: null })
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

const consult = (callerId: string, targetId: string): LineEvent => ({
  type: 'consult',
  lineId: callerId,
  line: newLine(targetId),
  nowMs: 3000,
})
const about = (type: 'complete' | 'transferDone' | 'transferFailed' | 'backToCaller', lineId: string): LineEvent => ({
  type,
  lineId,
})
const reasons = (state: LinesState) => Object.fromEntries(state.lines.map((line) => [line.id, line.endReason]))

describe('end and answer', () => {
  it('ends the call that is on and answers the one that rings', () => {
    const both = run([incoming('b'), on('endAndAnswer', 'b')], talking)
    expect(both.last).toContainEqual({ type: 'hangUp', lineId: 'a' })
    expect(both.last).toContainEqual({ type: 'accept', lineId: 'b' })
    expect(phases(both.state)).toEqual({ a: 'ended', b: 'connecting' })
  })

  it('ends a held call too, and is a plain answer with nothing else on', () => {
    const held = run([on('hold', 'a'), done('holdDone', 'a'), incoming('b'), on('endAndAnswer', 'b')], talking)
    expect(phases(held.state)).toEqual({ a: 'ended', b: 'connecting' })
    expect(run([incoming('a'), on('endAndAnswer', 'a')]).last).toEqual([{ type: 'accept', lineId: 'a' }])
  })

  it('needs a ringing line', () => {
    expect(run([on('endAndAnswer', 'a')], talking)).toEqual({
      state: talking,
      last: [{ type: 'settle', lineId: 'a', error: 'wrongPhase' }],
    })
  })
})

describe('an attended transfer', () => {
  const asked = run([consult('a', 'b'), done('holdDone', 'a')], talking)
  const consulting = run([established('b')], asked.state).state
  const completing = run([about('complete', 'a')], consulting)

  it('holds the caller and dials the target', () => {
    expect(run([consult('a', 'b')], talking).last).toEqual([{ type: 'hold', lineId: 'a' }])
    expect(asked.last).toContainEqual({ type: 'invite', lineId: 'b' })
    expect(phases(consulting)).toEqual({ a: 'held', b: 'active' })
    expect(live(consulting)).toEqual(['b'])
  })

  it('takes the caller back when the target declines or does not answer', () => {
    const declined = run([{ type: 'ended', lineId: 'b', reason: 'rejected' }], asked.state)
    expect(declined.last).toContainEqual({ type: 'unhold', lineId: 'a' })
    expect(declined.state.consultation).toBeNull()
    expect(phases(run([done('resumeDone', 'a')], declined.state).state)).toMatchObject({ a: 'active' })
  })

  it('takes the caller back when the target hangs up, or on request', () => {
    expect(run([ended('b')], consulting).last).toContainEqual({ type: 'unhold', lineId: 'a' })
    const back = run([about('backToCaller', 'a')], consulting)
    expect(back.last).toContainEqual({ type: 'hangUp', lineId: 'b' })
    expect(back.last).toContainEqual({ type: 'unhold', lineId: 'a' })
  })

  it('takes the caller back when the target is given up before the hold is done', () => {
    const early = run([consult('a', 'b'), on('hangUp', 'b')], talking)
    expect(early.last.some((command) => command.type === 'unhold')).toBe(false)
    expect(run([done('holdDone', 'a')], early.state).last).toContainEqual({ type: 'unhold', lineId: 'a' })
    expect(phases(run([done('holdFailed', 'a')], early.state).state)).toMatchObject({ a: 'active' })
  })

  it('does not touch the caller who is talked to already', () => {
    const swapped = run([on('resume', 'a'), done('holdDone', 'b'), done('resumeDone', 'a')], consulting).state
    expect(phases(swapped)).toEqual({ a: 'active', b: 'held' })
    const over = run([ended('b')], swapped)
    expect(over.last.some((command) => command.type === 'unhold')).toBe(false)
    expect(phases(over.state)).toMatchObject({ a: 'active' })
  })

  it('becomes an ordinary call with the target when the caller hangs up', () => {
    const left = run([ended('a')], consulting).state
    expect(left.consultation).toBeNull()
    expect(phases(left)).toMatchObject({ b: 'active' })
    expect(run([ended('b')], left).last.some((command) => command.type === 'unhold')).toBe(false)
  })

  it('completes only with a target that has answered', () => {
    expect(run([about('complete', 'a')], asked.state).last).toEqual([{ type: 'settle', lineId: 'a', error: 'wrongPhase' }])
    expect(completing.last).toEqual([{ type: 'referReplaces', lineId: 'a', targetId: 'b' }])
  })

  it('ends both lines as transferred, whoever says so first', () => {
    const told = run([about('transferDone', 'a')], completing.state)
    expect(reasons(told.state)).toEqual({ a: 'transferred', b: 'transferred' })
    expect(told.last).toContainEqual({ type: 'settle', lineId: 'a', error: null })
    const byes = run([ended('b'), ended('a')], completing.state)
    expect(reasons(byes.state)).toEqual({ a: 'transferred', b: 'transferred' })
    expect(byes.state.consultation).toBeNull()
    expect(byes.last).toContainEqual({ type: 'settle', lineId: 'a', error: null })
  })

  it('stays a consultation when the PBX refuses', () => {
    const back = run([about('transferFailed', 'a')], completing.state)
    expect(back.state).toEqual(consulting)
    expect(back.last).toEqual([{ type: 'settle', lineId: 'a', error: 'refused' }])
  })

  it('takes the caller back when the PBX refuses because the target is gone', () => {
    const gone = run([ended('b'), about('transferFailed', 'a')], completing.state)
    expect(gone.last).toContainEqual({ type: 'unhold', lineId: 'a' })
    expect(gone.state.consultation).toBeNull()
  })

  it('lets nothing else be done to its lines while the PBX moves them', () => {
    for (const event of [on('hangUp', 'a'), on('hangUp', 'b'), on('hold', 'b'), on('resume', 'a'), about('backToCaller', 'a')]) {
      const asked = run([event], completing.state)
      expect(asked.state).toEqual(completing.state)
      expect(asked.last).toMatchObject([{ type: 'settle', error: 'wrongPhase' }])
    }
  })
})

describe('an end that was foreseen', () => {
  const expected = run([{ type: 'expectEnd', lineId: 'a', reason: 'movedToConference' }], talking).state

  it('is told by its reason when the BYE comes', () => {
    expect(reasons(run([ended('a')], expected).state)).toEqual({ a: 'movedToConference' })
  })

  it('is forgotten when it does not come after all', () => {
    const revoked = run([{ type: 'expectEnd', lineId: 'a', reason: null }], expected).state
    expect(reasons(run([ended('a')], revoked).state)).toEqual(reasons(run([ended('a')], talking).state))
  })

  it('does not hide another reason', () => {
    expect(reasons(run([on('hangUp', 'a')], expected).state)).toEqual({ a: 'hungUp' })
  })
})

const ids = ['a', 'b', 'a', 'b', 'c'] as const
const anyId = fc.constantFrom(...ids)
const anyEvent: fc.Arbitrary<LineEvent> = fc.oneof(
  anyId.map(incoming),
  anyId.map(dial),
  fc.tuple(fc.constantFrom('answer', 'endAndAnswer', 'hangUp', 'hold', 'resume'), anyId).map(([type, id]) => on(type, id)),
  fc.tuple(anyId, anyId).map(([callerId, targetId]) => consult(callerId, targetId)),
  fc
    .tuple(fc.constantFrom('complete', 'transferDone', 'transferFailed', 'backToCaller'), anyId)
    .map(([type, id]) => about(type, id)),
  anyId.map(established),
  anyId.map((lineId): LineEvent => ({ type: 'ringing', lineId })),
  fc.tuple(fc.constantFrom('holdDone', 'holdFailed', 'resumeDone', 'resumeFailed'), anyId).map(([type, id]) => done(type, id)),
  fc
    .tuple(anyId, fc.constantFrom('freeing', 'freed', 'held'))
    .map(([lineId, news]): LineEvent => ({ type: 'ownHold', lineId, news })),
  anyId.map(ended),
  anyId.map((lineId): LineEvent => ({ type: 'expire', lineId })),
  fc.tuple(anyId, fc.boolean()).map(([lineId, muted]): LineEvent => ({ type: 'mute', lineId, muted })),
)

describe('a hold of the phone itself', () => {
  const ownHold = (news: 'freeing' | 'freed' | 'held'): LineEvent => ({ type: 'ownHold', lineId: 'a', news })

  it('is shown as one, with its microphone off, until the PBX has ended it', () => {
    const freeing = run([ownHold('freeing')], talking).state
    expect([phases(freeing), live(freeing)]).toEqual([{ a: 'held' }, []])
    const freed = run([ownHold('freed')], freeing).state
    expect([phases(freed), live(freed)]).toEqual([{ a: 'active' }, ['a']])
  })

  it('can be ended by hand once the PBX has refused', () => {
    const held = run([ownHold('freeing'), ownHold('held')], talking).state
    expect(run([on('resume', 'a')], held).last).toEqual([{ type: 'unhold', lineId: 'a' }])
    expect(run([ownHold('freeing'), on('resume', 'a')], held).last).toEqual([])
  })

  it('answers whoever asked for the call back, and nobody who waits for something else', () => {
    const settled = (news: readonly ('freeing' | 'freed' | 'held')[]) =>
      run(news.map(ownHold), talking).last.filter(({ type }) => type === 'settle')
    expect(settled(['freeing', 'freed'])).toEqual([{ type: 'settle', lineId: 'a', error: null }])
    expect(settled(['freeing', 'held'])).toEqual([{ type: 'settle', lineId: 'a', error: 'refused' }])
    expect([settled(['held']), settled(['held', 'freed'])]).toEqual([[], []])
  })

  it('gives way to a hold that a person asked for, and to another talk', () => {
    expect(run([on('hold', 'a'), ownHold('freeing')], talking).state.lines[0]?.turning).toBe('holding')
    const other = run([ownHold('held'), incoming('b'), on('answer', 'b')], talking).state
    const freed = run([ownHold('freed')], other)
    expect([phases(freed.state).a, freed.last]).toEqual(['held', []])
  })
})

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
            const takenBack = state.consultation === null ? (before.consultation?.callerId ?? null) : null
            expect([asked, takenBack]).toContain(command.lineId)
          }
          const { consultation } = state
          if (consultation !== null) {
            const up = state.lines.filter(({ id, phase }) => phase !== 'ended' && Object.values(consultation).includes(id))
            // While asking both stand; while the PBX transfers, at least one of the two.
            expect(up.length).toBeGreaterThanOrEqual(consultation.step === 'asking' ? 2 : 1)
          }
          if (commands.some((command) => command.type === 'accept' || command.type === 'invite')) expect(active).toEqual([])
          if (state.waiting !== null) expect(state.lines.some((line) => line.turning === 'holding')).toBe(true)
        }
      }),
      { numRuns: 2500 },
    )
  })
})
