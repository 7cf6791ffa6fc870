import type { CountryCode } from 'libphonenumber-js/min'
import type { DialRequest } from '../../src-preload/contract/index.ts'
import { dialable } from '../softphone/dial-number.ts'
import type { PhoneState } from '../softphone/phone.ts'

/** More at once is a mistake of some other program, not a wish of a person. */
const mostWaiting = 5

/** Numbers waiting for the person's word, the first one asked about now. A number that waits already is not asked about twice. */
export function addRequests(
  waiting: readonly DialRequest[],
  arrived: readonly DialRequest[],
  region: CountryCode,
): readonly DialRequest[] {
  const next = [...waiting]
  for (const request of arrived) {
    const number = dialable(request.number, region)
    if (number === '' || next.some((other) => other.number === number)) continue
    next.push({ number, source: request.source })
  }
  return next.length === waiting.length ? waiting : next.slice(0, mostWaiting)
}

export const dropFirst = (waiting: readonly DialRequest[]): readonly DialRequest[] => waiting.slice(1)

/** Why the number cannot be dialled at this moment. A ringing call is no obstacle: it goes on ringing. */
export type DialObstacle = 'noPhone' | 'notRegistered' | 'linesBusy' | null

export function dialObstacle(phone: Pick<PhoneState, 'link' | 'lines'>, extension: string | null): DialObstacle {
  if (extension === null) return 'noPhone'
  if (phone.link !== 'registered') return 'notRegistered'
  const up = phone.lines.filter(({ phase }) => phase !== 'ended')
  const rising = up.some(({ phase }) => phase === 'dialing' || phase === 'ringingOut' || phase === 'connecting')
  return up.length >= 2 || rising ? 'linesBusy' : null
}

const lastDigits = (number: string): string => number.replace(/\D/g, '').slice(-10)

/** The name of the customer who has exactly this number, among those a search by it found. */
export function nameByNumber(
  customers: readonly { readonly name: string; readonly phones: readonly string[] }[],
  number: string,
): string | null {
  const wanted = lastDigits(number)
  // An extension or a short code is nobody's number.
  if (wanted.length < 7) return null
  return customers.find(({ phones }) => phones.some((phone) => lastDigits(phone) === wanted))?.name ?? null
}
