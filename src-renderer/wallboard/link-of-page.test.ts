import { describe, expect, it } from 'vitest'
import { tokenIn, tokenOf } from './link-of-page.ts'

describe('the token of a page', () => {
  it.each([
    ['', null],
    ['#', null],
    ['#%20', null],
    ['#abc-def', 'abc-def'],
    ['#%41bc', 'Abc'],
    ['#%', '%'],
  ])('%j is %j', (hash, token) => expect(tokenOf(hash)).toBe(token))

  it.each([
    ['abc-def', 'abc-def'],
    [' http://pbx.test/wallboard/#abc-def ', 'abc-def'],
    ['', ''],
  ])('%j typed is %j', (typed, token) => expect(tokenIn(typed)).toBe(token))
})
