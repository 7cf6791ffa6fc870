import { describe, expect, it } from 'vitest'
import type { WallboardOperator, WallboardPage } from '../../server/contract/wallboard-view.ts'
import { operatorsAtOnce, pageAfter, pagesOf, queuesAtOnce } from './pages.ts'
import { boardOf } from './testing.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(701 + n))
const round = (queues: number, pages: readonly WallboardPage[], operators: WallboardOperator[] = []) => {
  const board = boardOf(numbers(queues), { operators })
  return pagesOf({ ...board, screen: { ...board.screen, pages: [...pages] } })
}
const keys = (...args: Parameters<typeof round>) => round(...args).map(({ key }) => key)
const people = (count: number, status: WallboardOperator['status'] = 'available'): WallboardOperator[] =>
  Array.from({ length: count }, (_, n) => ({ id: `${status} ${n}`, name: 'N', status, sinceMs: 0 }))

describe('the round of pages', () => {
  it('all together, the list of queues, then each', () => {
    expect(keys(2, ['overview', 'queues'])).toEqual(['total', 'queues 0', 'queue 701', 'queue 702'])
    expect(keys(2, ['overview'])).toEqual(['total', 'queues 0'])
    expect(keys(2, ['queues'])).toEqual(['queue 701', 'queue 702'])
  })

  it('says one queue once', () => {
    for (const pages of [['overview'], ['queues'], ['overview', 'queues']] as const) expect(keys(1, pages)).toEqual(['queue 701'])
  })

  it('has nothing without queues', () => {
    expect(keys(0, ['overview', 'queues', 'operators'], people(3))).toEqual([])
  })

  it('lists forty queues in even parts that can be read', () => {
    const lists = round(40, ['overview']).flatMap((page) => (page.kind === 'queues' ? [page] : []))
    expect(lists.map(({ queues }) => queues.length)).toEqual([8, 8, 8, 8, 8])
    expect(lists.map(({ part }) => part)).toEqual([0, 1, 2, 3, 4].map((at) => ({ at, of: 5 })))
    expect(lists.flatMap(({ queues }) => queues).map(({ number }) => number)).toEqual(numbers(40))
    expect(lists.every(({ queues }) => queues.length <= queuesAtOnce)).toBe(true)
  })

  it('shows operators who are there, and says when nobody is', () => {
    const shown = round(1, ['operators'], [...people(operatorsAtOnce + 1), ...people(5, 'offline')])
    expect(shown.map((page) => page.kind === 'operators' && page.operators.length)).toEqual([11, 10])
    expect(round(1, ['operators'], people(5, 'offline'))).toMatchObject([{ kind: 'operators', operators: [] }])
  })
})

describe('the next page', () => {
  const pages = round(2, ['overview', 'queues'])

  it('goes round, both ways', () => {
    expect(pageAfter(pages, 'total', 1)).toBe('queues 0')
    expect(pageAfter(pages, 'queue 702', 1)).toBe('total')
    expect(pageAfter(pages, 'total', -1)).toBe('queue 702')
  })

  it('is the first where the page before is gone', () => {
    expect(pageAfter(pages, 'queue 999', 1)).toBe('total')
    expect(pageAfter(pages, null, -1)).toBe('total')
    expect(pageAfter([], 'total', 1)).toBeNull()
  })
})
