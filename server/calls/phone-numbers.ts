import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js'

/** Where a number without a country code is dialled from: one for the whole server, stored keys depend on it. */
let region: CountryCode = 'RU'

/** Once, at the start of a thread, before any number is read. `remembered`: how many numbers parsed are kept at hand. */
export function setPhoneRegion(of: CountryCode, remembered = fewNumbers): void {
  region = of
  mostNormalized = remembered
  normalized.clear()
}

/** Shorter digit strings are extensions and service numbers, never anybody's last ten digits. */
const keyDigits = 10
/** A number without its area, and the part of every number that such a one can be found by. */
export const tailDigits = 7
/** With fewer, a plus in front makes a number of some small country out of a local one. */
const digitsWithCountry = 11
/** The parser finds a number in any text, e.g. in `=+7916…`; a caller id with more in it than a number is none. */
const looksLikePhone = /^\+?[\d\s()./-]+$/
/** `доб. 12`, `ext 12`, `,12`, `#12`, `;ext=12` at the end. */
const extensionAtEnd = /(?:;ext=|[,#]\s*|\s*(?:доб|доп|вн|внутр|ext|extension|x)\.?\s*)(\d{1,8})$/i
/** `sip:+7916…@pbx;user=phone`, `tel:+7-916-…`. */
const uri = /^(?:sips?|tel):([^@;]+)(?:@[^;]*)?(?:;.*)?$/i

/** Numbers met last. Parsing takes 30 µs, and each event of a call asks anew for every phone it rings. */
const normalized = new Map<string, string>()
const fewNumbers = 2_000
let mostNormalized = fewNumbers

/** E.164 (`+74951234567`) where it can be parsed, without an extension; else the text as given, trimmed. */
export function normalizePhone(text: string): string {
  const ready = region === 'RU' ? plainRussian(text) : null
  if (ready !== null) return ready
  const known = normalized.get(text)
  if (known !== undefined) return known
  const number = parsed(withoutExtension(text).number)
  if (normalized.size >= mostNormalized) normalized.clear()
  normalized.set(text, number)
  return number
}

/** Three spellings are nearly all a PBX here writes, and the parser has nothing to find out in them. */
const russian = /^(?:\+7|7|8)([3-9]\d{9})$/
function plainRussian(text: string): string | null {
  if (text.length < 11 || text.length > 12) return null
  const national = russian.exec(text)?.[1]
  return national === undefined ? null : `+7${national}`
}

/** As customers' phones are kept: E.164 and, behind a company's number, the extension (`+74951234567;ext=12`). */
export function storedPhone(text: string): string {
  const { extension } = withoutExtension(text)
  const number = normalizePhone(text)
  return extension === null ? number : `${number};ext=${extension}`
}

function withoutExtension(text: string): { number: string; extension: string | null } {
  const given = text.trim()
  const found = extensionAtEnd.exec(given)
  const number = found ? given.slice(0, found.index).trim() : given
  // Only behind a whole number: the figures of `кв. 5, 12` are no extension.
  if (!found || digitsOf(number).length < tailDigits || !looksLikePhone.test(bare(number)))
    return { number: given, extension: null }
  return { number, extension: found[1] ?? null }
}

const digitsOf = (text: string): string => text.replace(/\D/g, '')
/** A URI's subscriber; other texts as they are. */
const bare = (text: string): string => uri.exec(text)?.[1] ?? text

function parsed(text: string): string {
  const given = bare(text.trim())
  const digits = digitsOf(given)
  if (digits.length < tailDigits || !looksLikePhone.test(given)) return text.trim()
  for (const candidate of candidates(given, digits)) {
    const found = parsePhoneNumberFromString(candidate, region)
    if (found?.isPossible()) return found.number
  }
  return given
}

function candidates(given: string, digits: string): string[] {
  // Trunks often send `79161234567` or `9161234567`: a national parse of the first would dial into another country.
  if (region === 'RU' && /^7\d{10}$/.test(digits)) return [`+${digits}`, given]
  // The way most of the world dials abroad; ours is known to the parser.
  if (/^00[1-9]/.test(digits) && !given.startsWith('+')) return [`+${digits.slice(2)}`]
  return digits.length >= digitsWithCountry ? [given, `+${digits}`] : [given]
}

/**
 * What all spellings of one number share, for matching: the last ten digits (`+7 916…`, `8916…`, `916…`), and
 * everything for shorter ones, so that extension 1001 never matches a customer. Empty for a withheld number.
 */
export function phoneKey(text: string): string {
  const number = normalizePhone(text)
  // `sip:ivan42@example.com` has figures and is no number.
  const digits = looksLikePhone.test(number) ? digitsOf(number) : ''
  return digits.length > keyDigits ? digits.slice(-keyDigits) : digits
}

/** The end of a key that a number without its area shares with the whole one. */
export const phoneTail = (key: string): string => (key.length > tailDigits ? key.slice(-tailDigits) : key)

/** `+7 916 123 45 67` for people; what cannot be parsed stays as it is. */
export function formatPhone(text: string): string {
  if (!looksLikePhone.test(text) || digitsOf(text).length < tailDigits) return text
  const parsed = parsePhoneNumberFromString(text, region)
  return parsed?.isPossible() ? parsed.formatInternational() : text
}
