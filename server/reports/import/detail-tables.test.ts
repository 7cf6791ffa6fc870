import { expect, it } from 'vitest'
import { callRows, type DetailTable, legRows, ringRows, visitRows } from './detail-tables.ts'

/** A row whose every value is its column's name. */
const named = <Row extends object>(): Row => new Proxy({} as Row, { get: (_, name) => name })
const agrees = <Row extends object>({ columns, values }: DetailTable<Row>) => expect(values(named<Row>())).toEqual(columns)

it('gives the values in the order of the columns', () => {
  agrees(callRows)
  agrees(legRows)
  agrees(ringRows)
  agrees(visitRows)
})
