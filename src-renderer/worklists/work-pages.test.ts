import { expect, it } from 'vitest'
import { callBack } from './fixture.ts'
import { entriesOf, type WorkListPage, without } from './work-pages.ts'

const page = (ids: string, total: number | null, reason = ''): WorkListPage => ({
  items: [...ids].map((id) => callBack(id, { reason })),
  next: null,
  total,
})
const idsOf = (pages: readonly WorkListPage[]) => entriesOf(pages).map(({ entry }) => entry.id)

it('makes one list of the pages, an entry that moved between two of them once', () => {
  const pages = [page('abc', 5, 'before'), page('cde', 5, 'after')]
  expect(idsOf(pages)).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(entriesOf(pages)[2]?.entry).toMatchObject({ reason: 'after' })
})

it('takes entries out of every page and of the sum', () => {
  const left = without([page('abc', 5), page('cde', 5)], new Set(['c', 'd', 'x']))
  expect(idsOf(left)).toEqual(['a', 'b', 'e'])
  expect(left.map(({ total }) => total)).toEqual([3, 3])
  expect(without([page('a', null)], new Set(['a']))).toEqual([page('', null)])
})
