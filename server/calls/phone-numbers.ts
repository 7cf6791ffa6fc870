import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js'

/** Where a number without a country code is dialled from: one for the whole server, stored keys depend on it. */
let region: CountryCode = 'RU'

/** Once, at the start of the server, before any number is read. */
export function setPhoneRegion(of: CountryCode): void {
  region = of
  normalized.clear()
}

/** Shorter digit strings are extensions and service numbers, never anybody's last ten digits. */
const keyDigits = 10
const minDigits = 7
/** The parser finds a number in any text, e.g. in `=+7916…`; a caller id with more in it than a number is none. */
const looksLikePhone = /^\+?[\d\s()./-]+$/

/** Numbers met last. Parsing takes 30 µs, and each event of a call asks anew for every phone it rings. */
const normalized = new Map<string, string>()
const mostNormalized = 2_000

/** E.164 (`+74951234567`) where it can be parsed, else the text as given, trimmed. */
export function normalizePhone(text: string): string {
  const known = normalized.get(text)
  if (known !== undefined) return known
  const number = parsed(text)
  if (normalized.size >= mostNormalized) normalized.clear()
  normalized.set(text, number)
  return number
}

function parsed(text: string): string {
  const given = text.trim()
  const digits = given.replace(/\D/g, '')
  if (digits.length < minDigits || !looksLikePhone.test(given)) return given
  // Trunks often send `79161234567` or `9161234567`: a national parse of the first would dial into another country.
  const candidates = region === 'RU' && /^7\d{10}$/.test(digits) ? [`+${digits}`, given] : [given, `+${digits}`]
  for (const candidate of candidates) {
    const found = parsePhoneNumberFromString(candidate, region)
    if (found?.isPossible()) return found.number
  }
  return given
}

/**
 * What all spellings of one number share, for matching: the last ten digits (`+7 916…`, `8916…`, `916…`), and
 * everything for shorter ones, so that extension 1001 never matches a customer. Empty for a withheld number.
 */
export function phoneKey(text: string): string {
  const digits = normalizePhone(text).replace(/\D/g, '')
  return digits.length > keyDigits ? digits.slice(-keyDigits) : digits
}

/** `+7 916 123 45 67` for people; what cannot be parsed stays as it is. */
export function formatPhone(text: string): string {
  if (!looksLikePhone.test(text) || text.replace(/\D/g, '').length < minDigits) return text
  const parsed = parsePhoneNumberFromString(text, region)
  return parsed?.isPossible() ? parsed.formatInternational() : text
}
