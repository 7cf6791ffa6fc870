import { type CountryCode, isSupportedCountry } from 'libphonenumber-js/min'
import { create } from 'zustand'

/** The server's country of numbers that have none, as its session told it last. */
export const phoneRegion = create<{ region: CountryCode }>(() => ({ region: 'RU' }))

/** One that is not known leaves the country as it is. */
export function setPhoneRegion(region: string): void {
  if (isSupportedCountry(region)) phoneRegion.setState({ region })
}
