import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

export interface DialTarget {
  /** What goes to the PBX: E.164 where it is a subscriber's number, else the extension or code as it was given. */
  readonly number: string
  /** Digits to be sent as tones once it is answered. */
  readonly extension: string | null
}

/**
 * `noNumber` there are no digits in it · `letters` a SIP address by name, which a PBX without a name service cannot call ·
 * `incomplete` a country's number with too few or too many digits · `tooLong` no number has so many · `tooMuchText` a whole text was pasted
 */
export type DialProblem = 'empty' | 'noNumber' | 'letters' | 'incomplete' | 'tooLong' | 'tooMuchText'

export type DialReading =
  | { readonly ok: true; readonly target: DialTarget }
  | { readonly ok: false; readonly problem: DialProblem }

const longestText = 300
/** E.164 allows 15; a PBX may want a prefix before it. */
const longestNumber = 18
/** Up to here it is an extension or a short code of the PBX, not a subscriber. */
const longestInternal = 6

/** An extension behind the number: `доб. 12`, `ext 12`, `x12`, `;ext=12`, `,,12`; `#12` only where a whole number stands before it. */
const extensionAtEnd =
  /(?:доб(?:авочный)?\.?|вн(?:утренний|утр)?\.?|ext(?:ension)?\.?|(?<![a-z])x|;\s*ext=|,+|(?<=\d[\d\s()-]{8,})#)[\s:.№#]*(\d{1,10})\s*\)?\s*$/iu

/** What can be dialled in what was typed or pasted. `region` reads numbers without a country code. */
export function readDial(text: string, region: CountryCode): DialReading {
  if (text.length > longestText) return problem('tooMuchText')
  const plain = plainDigits(text)
  if (plain === '') return problem('empty')
  const uri = /<?\b(sips?|tel|callto):([^>]*)>?/i.exec(plain)
  if (uri?.[1]?.toLowerCase().startsWith('sip')) return readSipUser(uri[2] ?? '', region)
  return readNumber(uri?.[2] ?? plain, region)
}

/** False for a code of the PBX: whoever is transferred may not do what it does, and no extension is behind it. */
export const isPlainNumber = (number: string): boolean => /^\+?\d+$/.test(number)

/** As `readDial`, for whoever only needs the number: empty when there is none. */
export function dialable(text: string, region: CountryCode): string {
  const reading = readDial(text, region)
  return reading.ok ? reading.target.number : ''
}

const problem = (what: DialProblem): DialReading => ({ ok: false, problem: what })

/** Full-width and Arabic digits become 0-9; invisible marks of writing direction, which pasted numbers carry along, go. */
function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf))
    .replace(/\p{Cf}/gu, '')
    .trim()
}

function readSipUser(address: string, region: CountryCode): DialReading {
  const user = safeDecode(address.replace(/^\/\//, '').split('@', 1)[0] ?? '')
  if (/\p{L}/u.test(user.replace(/;.*$/, ''))) return problem('letters')
  return readNumber(user, region)
}

function readNumber(given: string, region: CountryCode): DialReading {
  const withoutContext = safeDecode(given).replace(/;(?!\s*ext=)[\w-]+=[^;]*/gi, '')
  const found = extensionAtEnd.exec(withoutContext)
  const extension = found?.[1] ?? null
  const main = found ? withoutContext.slice(0, found.index) : withoutContext
  const digits = vanityDigits(main) ?? longestRun(main)
  if (digits === '') return problem('noNumber')
  const number = normalize(digits, region)
  if (typeof number !== 'string') return number
  return { ok: true, target: { number, extension } }
}

/** `8-800-FLOWERS`: letters on the keys, where they stand inside one long number. */
function vanityDigits(text: string): string | null {
  const bare = text.replace(/[\s().-]/g, '')
  if (!/^\+?\d+[a-z]{3,}[a-z\d]*$/i.test(bare) || bare.length < 10) return null
  return bare.toUpperCase().replace(/[A-Z]/g, (letter) => keyOf[letter] ?? '')
}
const keyOf = Object.fromEntries(
  ['ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ'].flatMap((letters, at) =>
    [...letters].map((letter) => [letter, String(at + 2)]),
  ),
)

/** The number in a line of text: the run with the most digits. */
function longestRun(text: string): string {
  const runs = text.match(/\+?[\d*#(][\d\s().*#/‐-―−-]*/g) ?? []
  const bare = runs.map((run) => run.replace(/[^\d+*#]/g, '')).filter((run) => /\d/.test(run))
  return bare.reduce((best, run) => (run.length > best.length ? run : best), '')
}

function normalize(digits: string, region: CountryCode): string | DialReading {
  if (digits.length > longestNumber) return problem('tooLong')
  const isCode = /[*#]/.test(digits) || (!digits.startsWith('+') && digits.length <= longestInternal)
  if (isCode) return digits
  // Trunks and customers' lists often write `79161234567`; read as a national number it would be another country's.
  const candidates = region === 'RU' && /^7\d{10}$/.test(digits) ? [`+${digits}`] : [digits]
  for (const candidate of candidates) {
    const parsed = parsePhoneNumberFromString(candidate, region)
    if (parsed?.isPossible()) return parsed.number
  }
  return digits.startsWith('+') ? problem('incomplete') : digits
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
