import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bootCall,
  goodCall,
  type RecoveryCommand,
  type RecoveryEvent,
  type RecoveryState,
  stepRecovery,
} from './recovery-machine.ts'

/** Events `afterMs` apart from each other. */
function run(from: RecoveryState, events: readonly RecoveryEvent[], afterMs = 10_000) {
  let state = from
  let nowMs = 0
  let last: readonly RecoveryCommand[] = []
  for (const event of events) {
    nowMs += afterMs
    ;[state, last] = stepRecovery(state, event, nowMs)
  }
  return { state, last, phase: state.phase, asked: last.map(({ type }) => type).filter((type) => type !== 'cancelTimer') }
}
const good = goodCall(0)
const lost = { type: 'socketLost' } as const
const open = { type: 'socketOpen' } as const
const stalled = { type: 'stalled' } as const
const timer = { type: 'timer' } as const
const moved = (outcome: Extract<RecoveryEvent, { type: 'moved' }>['outcome']) => ({ type: 'moved', outcome }) as const
const refreshed = (outcome: Extract<RecoveryEvent, { type: 'refreshed' }>['outcome']) => ({ type: 'refreshed', outcome }) as const

describe('a lost socket', () => {
  it('leaves the call alone until there is a new one, then tells the PBX the new address', () => {
    expect(run(good, [lost])).toMatchObject({ phase: 'signalLost', asked: [] })
    expect(run(good, [lost, open])).toMatchObject({ phase: 'resync', asked: ['refresh'] })
    expect(run(good, [lost, open, refreshed('ok')]).phase).toBe('good')
  })
  it('shows an end that was missed: 481', () => {
    expect(run(good, [lost, open, refreshed('gone')])).toMatchObject({ phase: 'ended', asked: ['end'] })
  })
  it('asks again when the re-INVITE was not answered', () => {
    const refused = run(good, [lost, open, refreshed('refused')])
    expect(refused.last).toContainEqual({ type: 'startTimer', delayMs: 300 })
    expect(run(refused.state, [timer])).toMatchObject({ phase: 'resync', asked: ['refresh'] })
  })
  it('asks again on a socket that came while asking', () => {
    expect(run(good, [lost, open, open])).toMatchObject({ phase: 'resync', asked: ['refresh'] })
  })
})

describe('lost sound', () => {
  it('blames the socket too, and moves the call on the next', () => {
    expect(run(good, [stalled])).toMatchObject({ phase: 'mediaLost', asked: ['reconnect'] })
    expect(run(good, [stalled, open])).toMatchObject({ phase: 'move', asked: ['move'] })
    expect(run(good, [stalled, open, moved('ok')]).phase).toBe('good')
  })
  it('moves at once on a young socket', () => {
    expect(run(good, [stalled], 100)).toMatchObject({ phase: 'move', asked: ['move'] })
  })
  it('waits for the socket when both are gone', () => {
    expect(run(good, [lost, stalled])).toMatchObject({ phase: 'mediaLost', asked: [] })
    expect(run(good, [lost, stalled, open])).toMatchObject({ phase: 'move', asked: ['move'] })
  })
  it('is over when packets come by themselves', () => {
    expect(run(good, [stalled, { type: 'packets' }])).toMatchObject({ phase: 'signalLost' })
    expect(run(good, [lost, open, stalled, moved('refused'), { type: 'packets' }], 100)).toMatchObject({
      phase: 'resync',
      asked: ['refresh'],
    })
  })
  it('looks for a path four times a second, and pauses longer and longer after real failures', () => {
    const delays = (outcome: 'noPath' | 'noAnswer') => {
      let state = run(good, [stalled], 100).state
      return [1, 2, 3, 4, 5].map(() => {
        const failed = run(state, [moved(outcome)], 100)
        state = run(failed.state, [timer], 100).state
        const command = failed.last.find(({ type }) => type === 'startTimer')
        return command?.type === 'startTimer' ? command.delayMs : null
      })
    }
    expect(delays('noPath')).toEqual([250, 250, 250, 250, 250])
    expect(delays('noAnswer')).toEqual([300, 500, 1000, 2000, 2000])
  })
  it('does not trust an old socket with the next try', () => {
    const failed = run(good, [stalled, open, moved('noAnswer')])
    expect(run(failed.state, [timer], 40_000)).toMatchObject({ phase: 'mediaLost', asked: ['reconnect'] })
  })
  it('gives up when the PBX would have by then', () => {
    let state = run(good, [stalled], 100).state
    for (let count = 0; count < 40; count++) state = run(state, [moved('refused'), timer], 100).state
    expect(run(state, [moved('refused')], 100)).toMatchObject({ phase: 'ended', asked: ['end'] })
  })
})

describe('a page that was loaded anew', () => {
  const [boot, first] = bootCall
  it('asks for its call before there is a socket', () => {
    expect(first).toEqual([{ type: 'move' }])
    expect(run(boot, [open])).toMatchObject({ phase: 'boot', asked: [] })
    expect(run(boot, [open, moved('ok')]).phase).toBe('good')
  })
  it('forgets a call that is over', () => {
    expect(run(boot, [open, moved('gone')])).toMatchObject({ phase: 'ended', asked: ['end'] })
  })
  it('tries again like any other', () => {
    const failed = run(boot, [open, moved('noAnswer')])
    expect(failed.last).toEqual([{ type: 'startTimer', delayMs: 300 }])
    expect(run(failed.state, [timer], 10_100)).toMatchObject({ phase: 'move', asked: ['move'] })
  })
})

const anyEvent: fc.Arbitrary<RecoveryEvent> = fc.oneof(
  fc.constantFrom<RecoveryEvent>(lost, open, stalled, timer, { type: 'pathFailed' }, { type: 'packets' }),
  fc.constantFrom('ok', 'refused', 'gone').map((outcome) => refreshed(outcome)),
  fc.constantFrom('ok', 'silent', 'noPath', 'noAnswer', 'refused', 'gone').map((outcome) => moved(outcome)),
)
const anyCall = fc.constantFrom(good, bootCall[0])
const history = fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 4_000 })), { maxLength: 60 })

describe('whatever happens', () => {
  it('one INVITE at a time, none without a socket, no word after the end', () => {
    fc.assert(
      fc.property(anyCall, history, (from, events) => {
        let state = from
        let nowMs = 0
        for (const [event, afterMs] of events) {
          nowMs += afterMs
          const before = state
          const [next, commands] = stepRecovery(state, event, nowMs)
          state = next
          const asked = commands.map(({ type }) => type)
          if (before.phase === 'ended') expect([next, asked]).toEqual([before, []])
          if (asked.includes('move')) {
            expect(next.phase).toBe('move')
            expect(next.socketAtMs).not.toBeNull()
            expect(before.phase === 'move' || before.phase === 'boot').toBe(false)
          }
          // An end is told exactly when it happens.
          expect(asked.includes('end')).toBe(next.phase === 'ended' && before.phase !== 'ended')
          if (next.pausing && !before.pausing) expect(asked).toContain('startTimer')
        }
      }),
    )
  })

  it('a call that stands comes back as soon as the socket and the PBX do', () => {
    fc.assert(
      fc.property(anyCall, history, (from, events) => {
        let nowMs = 0
        let state = from
        for (const [event, afterMs] of events) {
          nowMs += afterMs
          ;[state] = stepRecovery(state, event, nowMs)
        }
        if (state.phase === 'ended') return // From here on everything answers.
        ;[state] = stepRecovery(state, open, nowMs)
        for (let turn = 0; turn < 6 && state.phase !== 'good'; turn++) {
          const next: RecoveryEvent = state.pausing
            ? timer
            : state.phase === 'resync'
              ? refreshed('ok')
              : state.phase === 'move' || state.phase === 'boot'
                ? moved('ok')
                : open
          ;[state] = stepRecovery(state, next, nowMs)
        }
        expect(state.phase).toBe('good')
      }),
    )
  })
})
