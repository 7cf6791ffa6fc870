import { type CountryCode, isSupportedCountry } from 'libphonenumber-js/min'
import { create } from 'zustand'
import { phoneRegion } from '../app/phone-region.ts'

const storageKey = 'callsync.phone.region'

function load(): CountryCode | null {
  try {
    const stored = localStorage.getItem(storageKey)
    return stored !== null && isSupportedCountry(stored) ? stored : null
  } catch {
    return null
  }
}

/** Chosen on this computer for numbers that are typed without a country; null: the server's. */
export const ownDialRegion = create<{ own: CountryCode | null }>(() => ({ own: load() }))

export function setOwnDialRegion(own: CountryCode | null): void {
  ownDialRegion.setState({ own })
  try {
    if (own === null) localStorage.removeItem(storageKey)
    else localStorage.setItem(storageKey, own)
  } catch {
    // Storage is closed to us (private mode): the choice lasts as long as the page.
  }
}

/** The country of numbers that are typed without one. */
export const dialRegion = (): CountryCode => ownDialRegion.getState().own ?? phoneRegion.getState().region

export function useDialRegion(): CountryCode {
  const own = ownDialRegion((state) => state.own)
  const ofServer = phoneRegion((state) => state.region)
  return own ?? ofServer
}
