import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CardChanges, type CardFields, emptyCardFields } from '../contract/index.ts'
import { type CardEvent, type CardRecord, defaultRules, restartGraceMs, step, wrapUpLeftMs } from './card-machine.ts'

const { maxExtensions, wrapUpMs } = defaultRules

const ringing: CardRecord = {
  id: 'main:1.1',
  callId: '1.0',
  legId: '1.1',
  operatorId: 'anna',
  operatorName: 'Anna',
  direction: 'inbound',
  state: 'ringing',
  number: '+79160000101',
  callerName: '',
  queueNumber: '701',
  queuedAtMs: 0,
  ringingAtMs: 0,
  answeredAtMs: null,
  endedAtMs: null,
  wrapUpEndsAtMs: null,
  wrapUpStoppedAtMs: null,
  wrapUpStoppedMs: 0,
  extensions: 0,
  savedAtMs: null,
  version: 1,
  fields: emptyCardFields,
  stamps: {},
  customerId: null,
  customerSource: 'number',
  handover: null,
  wrapUpMs: null,
  incomplete: false,
  ringCancelled: false,
}

const through = (record: CardRecord, ...events: readonly (readonly [number, CardEvent])[]): CardRecord =>
  events.reduce((current, [nowMs, event]) => step(current, event, nowMs).record, record)

const answered: CardEvent = { kind: 'legAnswered', atMs: 1_000 }
const ended: CardEvent = { kind: 'legEnded', atMs: 5_000, answered: true }
const draft = (changes: CardChanges, baseVersion: number): CardEvent => ({
  kind: 'draft',
  write: { baseVersion, changes },
})
const save = (changes: CardChanges, baseVersion: number): CardEvent => ({
  kind: 'save',
  write: { baseVersion, changes },
})
const talking = through(ringing, [1_000, answered])
const inWrapUp = through(talking, [5_000, ended])
const saved = through(inWrapUp, [6_000, save({}, 9)])

describe('the life of a card', () => {
  it('goes from ringing over talking and wrap-up to saved', () => {
    expect(talking).toMatchObject({ state: 'talking', answeredAtMs: 1_000, version: 2 })
    const hangUp = step(talking, ended, 5_000)
    expect(hangUp.record).toMatchObject({ state: 'wrapUp', endedAtMs: 5_000, wrapUpEndsAtMs: 5_000 + wrapUpMs })
    expect(hangUp.commands).toEqual([{ kind: 'pauseOperator' }, { kind: 'wrapUpTimer', atMs: 65_000 }])
    const over = step(inWrapUp, { kind: 'wrapUpOver' }, 65_000)
    expect(over.record).toMatchObject({ state: 'saved', savedAtMs: 65_000, wrapUpEndsAtMs: null })
    expect(over.commands.map((command) => command.kind)).toEqual(['wrapUpTimer', 'syncCallBack', 'unpauseOperator'])
  })

  it('is missed when the ring ends, and a later answer cannot revive it', () => {
    const missed = through(ringing, [3_000, { kind: 'legEnded', atMs: 3_000, answered: false }])
    expect(missed).toMatchObject({ state: 'missed', endedAtMs: 3_000, wrapUpEndsAtMs: null })
    expect(step(missed, answered, 4_000).record).toBe(missed)
  })

  it('counts the wrap-up from the hang-up in Asterisk, not from when we heard of it', () => {
    expect(through(talking, [9_000, ended]).wrapUpEndsAtMs).toBe(5_000 + wrapUpMs)
  })

  it('is not closed by a clock that rings early, nor outside wrap-up', () => {
    expect(step(inWrapUp, { kind: 'wrapUpOver' }, 64_999).record).toBe(inWrapUp)
    expect(step(talking, { kind: 'wrapUpOver' }, 99_000_000).record).toBe(talking)
  })

  it('stays open when saved during the call, and is closed by a save in wrap-up', () => {
    expect(through(talking, [2_000, save({ notes: 'a' }, 2)])).toMatchObject({ state: 'talking', fields: { notes: 'a' } })
    expect(through(inWrapUp, [6_000, save({ notes: 'a' }, 3)])).toMatchObject({ state: 'saved', fields: { notes: 'a' } })
  })

  it('stands still in wrap-up while the operator talks on another call, and measures none of it', () => {
    const stopped = step(inWrapUp, { kind: 'talksOn', sinceMs: 15_000 }, 16_000)
    expect(stopped.commands).toEqual([{ kind: 'wrapUpTimer', atMs: null }])
    expect(wrapUpLeftMs(stopped.record)).toBe(wrapUpMs - 10_000)
    expect(step(stopped.record, { kind: 'wrapUpOver' }, 900_000).record).toBe(stopped.record)
    expect(step(stopped.record, { kind: 'talksOn', sinceMs: 20_000 }, 20_000).record).toBe(stopped.record)

    const again = step(stopped.record, { kind: 'talksNoMore' }, 115_000)
    expect(again.commands).toEqual([{ kind: 'wrapUpTimer', atMs: 115_000 + wrapUpMs - 10_000 }])
    expect(wrapUpLeftMs(again.record)).toBeNull()
    expect(through(again.record, [120_000, save({}, 9)])).toMatchObject({ state: 'saved', wrapUpMs: 10_000 + 5_000 })
    // A second talk in the same wrap-up.
    const twice = through(again.record, [120_000, { kind: 'talksOn', sinceMs: 120_000 }], [150_000, { kind: 'talksNoMore' }])
    expect(through(twice, [151_000, save({}, 9)])).toMatchObject({ wrapUpMs: 10_000 + 5_000 + 1_000 })
  })

  it('has the whole wrap-up left when another call was talked on at the hang-up', () => {
    const stopped = through(talking, [5_000, ended], [5_100, { kind: 'talksOn', sinceMs: 3_000 }])
    expect(wrapUpLeftMs(stopped)).toBe(wrapUpMs)
    expect(through(stopped, [50_000, save({}, 9)])).toMatchObject({ state: 'saved', wrapUpMs: 0, wrapUpStoppedAtMs: null })
    const longer = step(stopped, { kind: 'extend' }, 50_000)
    expect([wrapUpLeftMs(longer.record), longer.commands]).toEqual([2 * wrapUpMs, [{ kind: 'wrapUpTimer', atMs: null }]])
    for (const other of [ringing, talking, saved]) {
      expect(step(other, { kind: 'talksOn', sinceMs: 1 }, 6_000).record).toBe(other)
      expect(step(other, { kind: 'talksNoMore' }, 6_000).record).toBe(other)
    }
    expect(step(inWrapUp, { kind: 'talksNoMore' }, 6_000)).toMatchObject({ record: inWrapUp, commands: [] })
  })

  it('adds 60 s up to five times, and never outside wrap-up', () => {
    let record = inWrapUp
    for (let time = 1; time <= maxExtensions; time++) {
      record = step(record, { kind: 'extend' }, 6_000).record
      expect(record.wrapUpEndsAtMs).toBe(5_000 + wrapUpMs * (time + 1))
    }
    expect(step(record, { kind: 'extend' }, 6_000)).toMatchObject({ record, refusal: 'tooManyExtensions' })
    for (const other of [ringing, talking, saved]) {
      expect(step(other, { kind: 'extend' }, 6_000)).toMatchObject({ record: other, refusal: 'notInWrapUp' })
    }
  })

  it('goes on when another leg takes over', () => {
    expect(through(talking, [2_000, { kind: 'legReplaced', legId: '2.2' }])).toMatchObject({
      state: 'talking',
      legId: '2.2',
      id: 'main:1.1',
    })
    expect(step(saved, { kind: 'legReplaced', legId: '2.2' }, 2_000).record).toBe(saved)
  })

  it('enters wrap-up when the leg is found gone, at that moment', () => {
    expect(through(talking, [50_000, { kind: 'gone' }])).toMatchObject({
      state: 'wrapUp',
      endedAtMs: 50_000,
      wrapUpEndsAtMs: 110_000,
    })
    expect(through(ringing, [50_000, { kind: 'gone' }])).toMatchObject({ state: 'missed' })
  })

  it('gets its grace after a restart only where less is left', () => {
    expect(through(inWrapUp, [900_000, { kind: 'restored' }]).wrapUpEndsAtMs).toBe(900_000 + restartGraceMs)
    expect(step(inWrapUp, { kind: 'restored' }, 10_000).record).toBe(inWrapUp)
    expect(step(talking, { kind: 'restored' }, 900_000).record).toBe(talking)
  })

  it('gets its grace after a restart also where it stands still, once it goes on', () => {
    const early = through(inWrapUp, [15_000, { kind: 'talksOn', sinceMs: 15_000 }])
    expect(step(early, { kind: 'restored' }, 900_000)).toMatchObject({
      record: early,
      commands: [{ kind: 'wrapUpTimer', atMs: null }],
    })
    const late = through(inWrapUp, [63_000, { kind: 'talksOn', sinceMs: 63_000 }])
    expect(wrapUpLeftMs(late)).toBe(2_000)
    const restored = through(late, [900_000, { kind: 'restored' }])
    expect(wrapUpLeftMs(restored)).toBe(restartGraceMs)
    expect(through(restored, [901_000, { kind: 'talksNoMore' }]).wrapUpEndsAtMs).toBe(901_000 + restartGraceMs)
  })
})

describe('writes', () => {
  it('merge by field: two windows that changed different fields both win', () => {
    const base = talking.version
    const both = through(talking, [2_000, draft({ notes: 'one' }, base)], [2_100, draft({ description: 'two' }, base)])
    expect(both.fields).toMatchObject({ notes: 'one', description: 'two' })
  })

  it('report a field that was changed since to another value, and keep the server’s', () => {
    const base = talking.version
    const first = through(talking, [2_000, draft({ notes: 'theirs' }, base)])
    const second = step(first, draft({ notes: 'mine', satisfaction: 5 }, base), 2_100)
    expect(second.clashes).toEqual([{ field: 'notes', mine: 'mine', theirs: 'theirs' }])
    expect(second.record.fields).toMatchObject({ notes: 'theirs', satisfaction: 5 })
  })

  it('do not clash on the same value or on an older change', () => {
    const base = talking.version
    const first = through(talking, [2_000, draft({ notes: 'a' }, base)])
    expect(step(first, draft({ notes: 'a' }, base), 2_100)).toMatchObject({ record: first, clashes: [] })
    expect(step(first, draft({ notes: 'ab' }, first.version), 2_100)).toMatchObject({
      clashes: [],
      record: { fields: { notes: 'ab' } },
    })
  })

  it('change a saved card late and bring its call-back along', () => {
    const late = step(saved, draft({ callBack: true }, saved.version), 90_000)
    expect(late.record).toMatchObject({ state: 'saved', savedAtMs: 90_000, fields: { callBack: true } })
    expect(late.commands).toEqual([{ kind: 'syncCallBack' }])
    expect(step(late.record, draft({ callBack: true }, saved.version), 99_000)).toMatchObject({
      record: late.record,
      commands: [],
    })
  })
})

const someChanges: fc.Arbitrary<CardChanges> = fc.record(
  {
    notes: fc.constantFrom('', 'a', 'b'),
    description: fc.constantFrom('', 'x'),
    satisfaction: fc.constantFrom(null, 1, 5),
    callBack: fc.boolean(),
  },
  { requiredKeys: [] },
)
const someWrite = fc.record({ baseVersion: fc.nat(12), changes: someChanges })
const someEvent: fc.Arbitrary<CardEvent> = fc.oneof(
  fc.record({ kind: fc.constant('legAnswered' as const), atMs: fc.nat(100_000) }),
  fc.record({ kind: fc.constant('legEnded' as const), atMs: fc.nat(100_000), answered: fc.boolean() }),
  fc.constant({ kind: 'gone' as const }),
  fc.record({ kind: fc.constant('legReplaced' as const), legId: fc.constantFrom('1.1', '2.2') }),
  fc.record({ kind: fc.constant('draft' as const), write: someWrite }),
  fc.record({ kind: fc.constant('save' as const), write: someWrite }),
  fc.constant({ kind: 'extend' as const }),
  fc.constant({ kind: 'wrapUpOver' as const }),
  fc.record({ kind: fc.constant('talksOn' as const), sinceMs: fc.nat(100_000) }),
  fc.constant({ kind: 'talksNoMore' as const }),
  fc.constant({ kind: 'restored' as const }),
)
const order = ['ringing', 'talking', 'wrapUp', 'saved', 'missed']

describe('any history', () => {
  it('never goes back, changes the version exactly when the card changes, and loses no accepted field', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30_000), someEvent), { maxLength: 25 }), (history) => {
        let record = ringing
        let nowMs = 0
        for (const [laterMs, event] of history) {
          nowMs += laterMs
          const result = step(record, event, nowMs)
          const next = result.record
          expect(order.indexOf(next.state)).toBeGreaterThanOrEqual(order.indexOf(record.state))
          expect(next === record).toBe(next.version === record.version)
          expect(next.wrapUpEndsAtMs !== null).toBe(next.state === 'wrapUp')
          if (record.wrapUpStoppedAtMs !== null && event.kind === 'wrapUpOver') expect(next).toBe(record)
          if (next.wrapUpStoppedAtMs !== null) expect(next.state).toBe('wrapUp')
          if (event.kind === 'draft' || event.kind === 'save') {
            const clashed = new Set<string>(result.clashes.map((clash) => clash.field))
            for (const [field, value] of Object.entries(event.write.changes)) {
              const now = next.fields[field as keyof CardFields]
              expect(clashed.has(field) ? now === record.fields[field as keyof CardFields] : now === value).toBe(true)
            }
            // The same write again changes no field.
            expect(step(next, { kind: 'draft', write: event.write }, nowMs).record.fields).toEqual(next.fields)
          } else {
            expect(next.fields).toBe(record.fields)
          }
          record = next
        }
      }),
      { numRuns: 500 },
    )
  })
})
