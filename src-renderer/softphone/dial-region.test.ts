import { afterEach, expect, it } from 'vitest'
import { formatPhone } from '../app/format.ts'
import { setPhoneRegion } from '../app/phone-region.ts'
import { dialRegion, setOwnDialRegion } from './dial-region.ts'

afterEach(() => {
  setOwnDialRegion(null)
  setPhoneRegion('RU')
})

it('is the server’s country, unless this computer has its own', () => {
  setPhoneRegion('BY')
  expect(dialRegion()).toBe('BY')
  setOwnDialRegion('KZ')
  expect(dialRegion()).toBe('KZ')
  setPhoneRegion('RU')
  expect(dialRegion()).toBe('KZ')
  setOwnDialRegion(null)
  expect(dialRegion()).toBe('RU')
})

it('is not changed by a country there is not', () => {
  setPhoneRegion('BY')
  setPhoneRegion('XX')
  expect(dialRegion()).toBe('BY')
})

it('reads the numbers that are shown, too', () => {
  expect(formatPhone('80291234567')).not.toBe('+375 29 123 45 67')
  setPhoneRegion('BY')
  expect(formatPhone('80291234567')).toBe('+375 29 123 45 67')
})
