import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextSort, sortRows, visibleRows } from './sort-rows.ts'

describe('sortRows', () => {
  it('puts numbers inside words in order and ignores case', () => {
    expect(sortRows(['б10', 'Б2', 'а1'], (row) => row, false)).toEqual(['а1', 'Б2', 'б10'])
  })

  it('keeps rows without a value last in both directions', () => {
    const rows = [{ n: null }, { n: 2 }, { n: 1 }]
    expect(sortRows(rows, (row) => row.n, false).map((row) => row.n)).toEqual([1, 2, null])
    expect(sortRows(rows, (row) => row.n, true).map((row) => row.n)).toEqual([2, 1, null])
  })

  it('is stable', () => {
    const rows = [
      { n: 1, id: 'a' },
      { n: 1, id: 'b' },
    ]
    expect(sortRows(rows, (row) => row.n, true).map((row) => row.id)).toEqual(['a', 'b'])
  })
})

describe('nextSort', () => {
  it('goes up, down, off', () => {
    const up = nextSort(null, 'name')
    const down = nextSort(up, 'name')
    expect(up).toEqual({ columnId: 'name', descending: false })
    expect(down).toEqual({ columnId: 'name', descending: true })
    expect(nextSort(down, 'name')).toBeNull()
    expect(nextSort(down, 'other')).toEqual({ columnId: 'other', descending: false })
  })
})

describe('visibleRows', () => {
  it('covers every row that touches the viewport and stays inside the list', () => {
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.integer({ min: 20, max: 60 }),
        fc.nat(200_000),
        fc.integer({ min: 0, max: 2000 }),
        (count, rowHeight, scrollTop, viewHeight) => {
          const { from, to } = visibleRows({ count, rowHeight, scrollTop, viewHeight, spare: 5 })
          expect(from).toBeGreaterThanOrEqual(0)
          expect(from).toBeLessThanOrEqual(to)
          expect(to).toBeLessThanOrEqual(count)
          for (const row of [Math.floor(scrollTop / rowHeight), Math.floor((scrollTop + viewHeight - 1) / rowHeight)])
            if (viewHeight > 0 && row < count) expect(row >= from && row < to).toBe(true)
        },
      ),
    )
  })
})
