import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type BridgeOpening, closedBridge, type OpeningCommand, type OpeningEvent, stepOpening } from './bridge-opening.ts'

/** What was asked of the PBX and told to the line, in order. */
function run(events: readonly OpeningEvent[]): { state: BridgeOpening; said: string[] } {
  let state = closedBridge
  const said: string[] = []
  for (const event of events) {
    let commands: readonly OpeningCommand[]
    ;[state, commands] = stepOpening(state, event)
    for (const command of commands) {
      if (command.type === 'tell') said.push(command.news)
      if (command.type === 'hold' || command.type === 'unhold') said.push(command.type)
    }
  }
  return { state, said }
}
const open = { type: 'moved', heard: true } as const
const unheard = { type: 'moved', heard: false } as const
const heard = { type: 'heard' } as const
const timer = { type: 'timer' } as const
const taken = { type: 'taken' } as const
const ok = { type: 'answered', outcome: 'ok', wished: false } as const
const refused = { ...ok, outcome: 'refused' } as const
const gone = { ...ok, outcome: 'gone' } as const

/** Granted, and long enough for music. */
const held = [ok, timer]

it('holds and frees, and says nothing of it', () => {
  expect(run([open, ...held, ok])).toMatchObject({ state: { phase: 'closed', shown: false }, said: ['hold', 'unhold'] })
})

it('holds for long enough to be heard: no end before the timer', () => {
  expect(run([open, ok])).toMatchObject({ state: { phase: 'holds' }, said: ['hold'] })
})

it('waits for the first packets', () => {
  expect(run([unheard])).toMatchObject({ state: { phase: 'waiting' }, said: [] })
  expect(run([unheard, heard, ...held, ok])).toEqual(run([open, ...held, ok]))
})

it('waits for 2.5 s at most, and holds once more when they come after all', () => {
  const late = ['hold', 'unhold', 'hold', 'unhold']
  expect(run([unheard, timer, ...held, ok]).said).toEqual(['hold', 'unhold'])
  expect(run([unheard, timer, ...held, ok, heard, ...held, ok, heard]).said).toEqual(late)
  expect(run([unheard, timer, heard, ...held, ok, ...held, ok, heard]).said).toEqual(late)
})

const reached = { type: 'reached' } as const
const barred = [refused, refused, refused]

it('asks for a hold that was refused twice more, and again when the PBX can be reached or after a while', () => {
  expect(run([open, refused, ...held, ok]).said).toEqual(['hold', 'hold', 'unhold'])
  const later = { state: { phase: 'closed', shown: false }, said: ['hold', 'hold', 'hold', 'hold', 'unhold'] }
  expect(run([open, ...barred])).toMatchObject({ state: { phase: 'barred' }, said: ['hold', 'hold', 'hold'] })
  expect(run([open, ...barred, reached, ...held, ok])).toMatchObject(later)
  expect(run([open, ...barred, timer, ...held, ok])).toMatchObject(later)
  expect(run([open, ...barred, taken, timer, reached])).toMatchObject({
    state: { phase: 'closed' },
    said: later.said.slice(0, 3),
  })
})

it('leaves a PBX that refuses every hold alone after a while, until there is a new way to it', () => {
  const again = [timer, ...barred]
  const most = [open, ...barred, ...again, ...again, ...again, ...again]
  const [state, commands] = stepOpening(run(most.slice(0, -1)).state, refused)
  expect([state.phase, commands]).toEqual(['barred', [{ type: 'cancelTimer' }]])
  expect(stepOpening(state, reached)[1]).toContainEqual({ type: 'hold' })
})

it('says held when the call does not come back at once, and asks again until it does', () => {
  const stuck = [open, ...held, refused, refused, refused]
  expect(run(stuck)).toMatchObject({
    state: { phase: 'stuck', shown: true },
    said: ['hold', 'unhold', 'unhold', 'unhold', 'held'],
  })
  expect(run([...stuck, timer, refused, { type: 'reached' }, ok])).toMatchObject({
    state: { phase: 'closed', shown: false },
    said: ['hold', 'unhold', 'unhold', 'unhold', 'held', 'freeing', 'unhold', 'held', 'freeing', 'unhold', 'freed'],
  })
})

it('says held while the answer is still out', () => {
  expect(run([open, ...held, timer]).said).toEqual(['hold', 'unhold', 'freeing'])
  expect(run([open, ...held, timer, ok]).said.at(-1)).toBe('freed')
  expect(run([open, ...held, timer, refused]).said.at(-1)).toBe('held')
})

it('begins anew on the connection the call moved to meanwhile', () => {
  expect(run([open, ...held, timer, open, ...held, ok]).said.slice(3)).toEqual(['freeing', 'hold', 'freeing', 'unhold', 'freed'])
})

it('leaves a call that goes its own way, and one that is over', () => {
  expect(run([open, ...held, taken, ok])).toMatchObject({
    state: { phase: 'closed', shown: false },
    said: ['hold', 'unhold'],
  })
  expect(run([open, gone]).state).toBe(closedBridge)
  expect(run([open, ...held, timer, gone])).toMatchObject({
    state: { phase: 'closed', shown: false },
    said: ['hold', 'unhold', 'freeing'],
  })
})

it('never leaves a call on hold without trying on, or saying so', () => {
  const event = fc.constantFrom<OpeningEvent>(open, unheard, heard, ok, refused, timer, reached)
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      let state = closedBridge
      let running = false
      // Nor leaves one that has moved alone before the PBX has held it once.
      let granted = true
      for (const one of events) {
        if (one.type === 'moved') granted = false
        if (one === ok && state.phase === 'holding') granted = true
        let commands: readonly OpeningCommand[]
        ;[state, commands] = stepOpening(state, one)
        if (commands.some(({ type }) => type === 'cancelTimer')) running = false
        if (one.type === 'timer') running = false
        if (commands.some(({ type }) => type === 'startTimer')) running = true
        expect(state.phase !== 'stuck' || (running && state.shown) || one.type === 'timer').toBe(true)
        expect(state.phase !== 'closed' || !state.shown).toBe(true)
        expect(state.phase !== 'closed' || granted).toBe(true)
      }
    }),
  )
})

it('does not end its hold behind a person’s: neither at once nor, once theirs is granted, ever', () => {
  const asked = [open, ...held, { ...refused, wished: true }]
  expect(run(asked)).toMatchObject({ state: { phase: 'holds', shown: false }, said: ['hold', 'unhold'] })
  expect(run([...asked, taken, timer, heard]).said).toEqual(['hold', 'unhold'])
  // The last try too: the line says held by their wish, not by ours.
  expect(run([open, ...held, refused, refused, { ...refused, wished: true }, taken]).said).not.toContain('held')
  // Theirs was refused: the call is still to be asked back.
  expect(run([...asked, timer, ok])).toMatchObject({ state: { phase: 'closed' }, said: ['hold', 'unhold', 'unhold'] })
})

it('says nothing to the PBX that would end a hold which a person asked for', () => {
  type Happening = 'moved' | 'heard' | 'ok' | 'refused' | 'timer' | 'reached' | 'wish' | 'granted' | 'denied' | 'resumed'
  const ofPbx = ['moved', 'heard', 'ok', 'refused', 'timer', 'reached'] as const
  const all = fc.constantFrom<Happening>(...ofPbx, 'wish', 'granted', 'denied', 'resumed')
  fc.assert(
    fc.property(fc.array(all, { maxLength: 40 }), (happenings) => {
      let state = closedBridge
      let wish: 'none' | 'asked' | 'granted' = 'none'
      const step = (event: OpeningEvent) => {
        const [next, commands] = stepOpening(state, event)
        state = next
        expect(wish === 'none' || commands.every(({ type }) => type !== 'unhold')).toBe(true)
      }
      for (const one of ['moved', 'ok', 'timer', ...happenings] as const) {
        // What is held by a wish, or is shown as held, cannot be asked to be held; such a call is not opened when it moves.
        if (one === 'wish' && wish === 'none' && !state.shown) wish = 'asked'
        else if (one === 'denied' && wish === 'asked') wish = 'none'
        else if (one === 'resumed' && wish === 'granted') wish = 'none'
        else if (one === 'granted' && wish === 'asked') {
          wish = 'granted'
          step(taken)
        } else if (one === 'moved' && wish !== 'granted') step(open)
        else if (one === 'ok' || one === 'refused') step({ type: 'answered', outcome: one, wished: wish === 'asked' })
        else if (one === 'timer' && wish !== 'asked') step(timer)
        else if (one === 'heard') step(heard)
        else if (one === 'reached') step({ type: 'reached' })
      }
    }),
    { numRuns: 1_000 },
  )
})
