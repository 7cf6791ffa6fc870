import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { normalizePhone, phoneKey, setPhoneRegion } from './phone-numbers.ts'

afterEach(() => setPhoneRegion('RU'))

/** Ten figures as a trunk may send them, of no town in particular. */
const national = fc.tuple(fc.constantFrom(...'0123456789'), fc.stringMatching(/^\d{9}$/)).map((parts) => parts.join(''))
const spelt = (prefix: string, n: string) => `${prefix} ${n.slice(0, 3)} ${n.slice(3, 6)}-${n.slice(6)}`

it('has the same number for the plain spellings, which are not parsed, as for those that are', () => {
  fc.assert(
    fc.property(national, fc.constantFrom('+7', '7', '8'), (number, prefix) => {
      expect(normalizePhone(prefix + number)).toBe(normalizePhone(spelt(prefix, number)))
      expect(phoneKey(prefix + number)).toBe(phoneKey(spelt(prefix, number)))
    }),
    { numRuns: 2_000 },
  )
  expect(normalizePhone('89161234567')).toBe('+79161234567')
})

it('takes the plain spellings of one country for those of no other', () => {
  setPhoneRegion('DE')
  expect(normalizePhone('89161234567')).not.toBe('+79161234567')
  expect(normalizePhone('+79161234567')).toBe('+79161234567')
})
