import { expect, it } from 'vitest'
import { AlarmKind, type AlarmThreshold } from '../../../server/contract/index.ts'
import {
  changed,
  draftOf,
  followStored,
  formOf,
  isOutOfRange,
  isTwice,
  limitsOf,
  rangeOf,
  saved,
  thresholdOf,
  withOneMore,
} from './threshold-form.ts'

const level: AlarmThreshold = {
  kind: 'serviceLevel',
  scope: { of: 'queue', number: '701' },
  warning: 0.8,
  critical: 0.57,
  afterMs: 5_000,
}
const wait: AlarmThreshold = { kind: 'longestWait', scope: { of: 'eachQueue' }, warning: 60_000, critical: null, afterMs: 0 }
const waiting: AlarmThreshold = { kind: 'waiting', scope: { of: 'floor' }, warning: null, critical: 7, afterMs: 0 }
const thresholds = [level, wait, waiting]

it('is typed in seconds and per cent, and comes out as it went in', () => {
  expect(thresholds.map((threshold) => draftOf(threshold, 'k').warning)).toEqual([80, 60, ''])
  expect(thresholds.map((threshold) => thresholdOf(draftOf(threshold, 'k')))).toEqual(thresholds)
})

it('is none without a limit, or with a critical one that is no worse', () => {
  const draft = draftOf(level, 'k')
  expect(thresholdOf({ ...draft, warning: '', critical: '' })).toBeNull()
  expect(thresholdOf({ ...draft, critical: 90 })).toBeNull()
  expect(thresholdOf({ ...draft, kind: 'pause', scope: 'eachQueue', warning: 60, critical: '' })).toBeNull()
})

it('takes parts of a second, and says where a limit is out of its range', () => {
  const draft = draftOf(wait, 'k')
  expect(thresholdOf({ ...draft, warning: 2.3 })).toMatchObject({ warning: 2_300 })
  expect([rangeOf('longestWait'), rangeOf('serviceLevel'), rangeOf('waiting').min]).toEqual([
    { min: 1, max: 86_400 },
    { min: 0, max: 100 },
    1,
  ])
  expect([0, 86_401].map((warning) => isOutOfRange({ ...draft, warning }))).toEqual([true, true])
  expect(isOutOfRange({ ...draftOf(waiting, 'k'), critical: 2.5 })).toBe(true)
  expect([draft, { ...draft, critical: 30 }, { ...draft, warning: '' }].map(isOutOfRange)).toEqual([false, false, false])
})

it('of a kind that is chosen begins with limits of that kind', () => {
  const draft = { ...draftOf(wait, 'k'), scope: 'floor' }
  expect(AlarmKind.options.filter((kind) => thresholdOf({ ...draft, kind, ...limitsOf[kind] }) === null)).toEqual([])
})

it('stands once for the same', () => {
  const [a, b] = [draftOf(wait, 'a'), draftOf(wait, 'b')]
  expect(isTwice(a, [a])).toBe(false)
  expect(isTwice(a, [a, b])).toBe(true)
  expect(isTwice(a, [a, { ...b, scope: 'floor' }])).toBe(false)
})

it('keeps what is being typed and the version it began with, until it is saved', () => {
  const [stored, newer] = [
    { thresholds, version: 1 },
    { thresholds: [wait], version: 2 },
  ]
  const began = formOf(stored)
  const typing = changed(began, withOneMore(began))
  expect(followStored(typing, newer)).toBe(typing)
  expect(typing.version).toBe(1)
  expect(followStored(began, newer)).toEqual(formOf(newer))
  // An answer from before a save comes late.
  expect(followStored(formOf(newer), stored)).toEqual(formOf(newer))

  const more = changed(typing, withOneMore(typing))
  const afterSave = { thresholds: [], version: 3 }
  expect(saved(typing, typing.drafts, afterSave)).toEqual({ ...typing, version: 3, touched: false })
  expect(saved(more, typing.drafts, afterSave)).toEqual({ ...more, version: 3 })
})

it('gives each row a key of its own', () => {
  const form = formOf({ thresholds, version: 1 })
  const rest = changed(form, form.drafts.slice(1))
  expect(withOneMore(rest).map(({ key }) => key)).toEqual(['1', '2', '3'])
  expect(withOneMore(changed(form, [])).map(({ key }) => key)).toEqual(['0'])
})
