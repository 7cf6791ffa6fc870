import { type CountryCode, isSupportedCountry } from 'libphonenumber-js/min'
import { create } from 'zustand'
import { defaultRegion } from './dial-number.ts'

const storageKey = 'callsync.phone.region'

function load(): CountryCode {
  try {
    const stored = localStorage.getItem(storageKey)
    return stored !== null && isSupportedCountry(stored) ? stored : defaultRegion
  } catch {
    return defaultRegion
  }
}

/** The country of numbers that are typed without one; kept on this computer. */
export const dialRegion = create<{ region: CountryCode }>(() => ({ region: load() }))

export function setDialRegion(region: CountryCode): void {
  dialRegion.setState({ region })
  try {
    localStorage.setItem(storageKey, region)
  } catch {
    // Storage is closed to us (private mode): the choice lasts as long as the page.
  }
}
