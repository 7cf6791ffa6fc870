import { expect, it } from 'vitest'
import { withoutNuls } from './without-nuls.ts'

it('takes U+0000 out of every text, however deep, and leaves the rest as it is', () => {
  expect(withoutNuls({ notes: 'a\0b', fields: [{ 'x\0': '\0' }, 7, null, true], when: undefined })).toEqual({
    notes: 'ab',
    fields: [{ 'x\0': '' }, 7, null, true],
    when: undefined,
  })
  expect(withoutNuls('\0\0')).toBe('')
  expect(withoutNuls(undefined)).toBeUndefined()
})
