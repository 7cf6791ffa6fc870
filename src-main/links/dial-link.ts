/** Schemes the app takes links of. */
export const linkSchemes = ['tel', 'sip', 'sips', 'callto', 'callsync'] as const

const maxLinkLength = 2_000
const scheme = new RegExp(`^(${linkSchemes.join('|')}):(.*)$`, 'is')

export type ParsedLink =
  | { readonly kind: 'dial'; readonly number: string }
  /** `callsync://server?address=…`: only ever offered to the person. */
  | { readonly kind: 'server'; readonly address: string }

/**
 * What a link asks for; null for everything that is not plainly a number or a server's address.
 * Of a number only the user part counts: parameters, headers, host and password are dropped, they are the sender's wishes, not the person's.
 */
export function parseLink(link: string): ParsedLink | null {
  const parts = link.length > maxLinkLength ? null : scheme.exec(link.trim())
  if (!parts) return null
  const server = /^callsync:\/\/server\/?\?/i.test(link.trim()) ? parseServerAddress(link.trim()) : undefined
  if (server !== undefined) return server === null ? null : { kind: 'server', address: server }
  const number = parseDialLink(link)
  return number === null ? null : { kind: 'dial', number }
}

/** The number of a tel:, sip:, sips:, callto: or callsync: link, normalised; null when there is none to be sure of. */
export function parseDialLink(link: string): string | null {
  if (link.length > maxLinkLength) return null
  const parts = scheme.exec(link.trim())
  const name = parts?.[1]?.toLowerCase()
  if (!parts || name === undefined) return null
  let rest = (parts[2] ?? '').replace(/^\/\//, '')
  if (name === 'callsync') rest = rest.replace(/^dial\//i, '')
  // Windows gives a bare authority a slash at its end.
  rest = rest.replace(/\/$/, '')
  const withHost = rest.includes('@')
  let user = rest.split(/[;?@]/, 1)[0] ?? ''
  if (withHost && name.startsWith('sip')) user = user.split(':', 1)[0] ?? ''
  try {
    // Decoded after the cut: an encoded separator is part of the user, and so refused.
    return parseDialNumber(decodeURIComponent(user))
  } catch {
    return null
  }
}

/** A number as people write it: `+`, digits, `*` and `#` are kept, what only makes it readable is dropped, anything else refuses it. */
export function parseDialNumber(text: string): string | null {
  // Not line breaks: two numbers below each other are not one.
  const bare = text.trim().replace(/[ \t\u00a0\u2009\u202f().\-\u2010-\u2015]/gu, '')
  return /^(?:\+[0-9]{1,31}|(?=[*#]*[0-9])[0-9*#]{1,32})$/.test(bare) ? bare : null
}

function parseServerAddress(link: string): string | null {
  const address = URL.parse(link)?.searchParams.get('address') ?? null
  return address !== null && address.length <= 300 && /^https?:\/\//i.test(address) ? address : null
}

/** The links among the arguments of a start. Chromium's switches and file names are passed over. */
export const linksIn = (argv: readonly string[]): readonly string[] => argv.filter((argument) => scheme.test(argument))
