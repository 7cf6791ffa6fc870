import { expect, it } from 'vitest'
import { IdFilter } from './id-filter.ts'

const ids = (from: number, count: number) => Array.from({ length: count }, (_, n) => `pbx-${1_700_000_000 + n}.${from + n}`)

it('knows every id it was given, and hardly one it was not', () => {
  const filter = new IdFilter(new Uint32Array(2 ** 15))
  const given = ids(0, 50_000)
  for (const id of given) filter.add(id)
  expect(given.filter((id) => !filter.has(id))).toEqual([])
  expect(ids(900_000, 50_000).filter((id) => filter.has(id)).length).toBeLessThan(100)
})
