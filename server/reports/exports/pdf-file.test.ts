import { expect, it } from 'vitest'
import { columnsByPage } from './pdf-file.ts'

it('columns that are too many for a page go on on the next, each beside what its row is', () => {
  expect(columnsByPage(1)).toEqual([[0]])
  expect(columnsByPage(15)).toEqual([Array.from({ length: 15 }, (_, at) => at)])
  const pages = columnsByPage(28)
  expect(pages.map((page) => page.length)).toEqual([15, 14])
  expect(pages.every(([first]) => first === 0)).toBe(true)
  expect(pages.flatMap(([, ...others]) => others)).toEqual(Array.from({ length: 27 }, (_, at) => at + 1))
})
