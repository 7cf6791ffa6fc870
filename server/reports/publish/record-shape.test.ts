import { expect, it } from 'vitest'
import { parseShape, type RecordShape, recordShape, shapeChange } from './record-shape.ts'

const table = (more: Partial<RecordShape[string]> = {}): RecordShape[string] => ({
  columns: [{ name: 'day', type: 'bigint not null', byDefault: null }],
  key: ['day'],
  indices: {},
  ...more,
})
const wider = table({
  columns: [...table().columns, { name: 'lost', type: 'bigint not null', byDefault: '0' }],
})

it('is what the migrations make, and reads as it was kept', async () => {
  const shape = await recordShape()
  expect(shape['ledger_calls']?.key).toEqual(['call_key'])
  expect(shape['queue_days']?.columns.at(-1)).toEqual({ name: 'lost_out_of_hours', type: 'bigint not null', byDefault: '0' })
  expect(shape['ledger_calls']?.indices).toHaveProperty('ledger_calls_phone')
  expect(parseShape(JSON.stringify(shape))).toEqual(shape)
  expect(shapeChange(shape, shape)).toEqual({ statements: [], refill: [] })
  // What a version of before kept: a digest.
  expect(parseShape('5e884898da28')).toBeNull()
})

it('makes a table that is new, and leaves the others', () => {
  expect(
    shapeChange({ days: table() }, { days: table(), hours: table({ indices: { h: 'create index h on hours (day)' } }) }),
  ).toEqual({
    statements: ['create table hours (day bigint not null, primary key (day))', 'create index h on hours (day)'],
    refill: ['hours'],
  })
})

it('adds columns to the rows there are, which are published again', () => {
  expect(shapeChange({ days: table(), calls: table() }, { days: wider, calls: table() })).toEqual({
    statements: ['alter table days add column lost bigint not null default 0'],
    refill: ['days'],
  })
})

it('makes anew what differs in more, and drops what is no more', () => {
  const other = table({ key: ['day', 'lost'], columns: wider.columns })
  expect(shapeChange({ gone: table(), days: wider }, { days: other })).toEqual({
    statements: [
      'drop table gone',
      'drop table days',
      'create table days (day bigint not null, lost bigint not null default 0, primary key (day, lost))',
    ],
    refill: ['days'],
  })
  expect(shapeChange({ days: wider }, { days: table() }).refill).toEqual(['days'])
})

it('changes an index without touching a row', () => {
  const before = { days: table({ indices: { a: 'create index a on days (day)', b: 'create index b on days (day)' } }) }
  const after = { days: table({ indices: { b: 'create index b on days (day, lost)', c: 'create index c on days (day)' } }) }
  expect(shapeChange(before, after)).toEqual({
    statements: ['drop index a', 'drop index b', 'create index b on days (day, lost)', 'create index c on days (day)'],
    refill: [],
  })
})
