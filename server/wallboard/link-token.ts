import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Crockford's: without letters that look like digits, because somebody may type a link with a television's remote. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const idLength = 8
/** 130 bits: nothing that can be guessed, so a fast hash is enough. */
const secretLength = 26
const tokenPattern = new RegExp(`^[${alphabet}]{${idLength}}-[${alphabet}]{${secretLength}}$`)

const randomText = (length: number): string =>
  Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('')

export const newLinkId = (): string => randomText(idLength)

/** What opens a wallboard: the link's id, which is no secret, and 26 characters that are. */
export const newToken = (id: string): string => `${id}-${randomText(secretLength)}`

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** In constant time. `hash` null: there is no such link; it takes as long. */
export function tokenMatches(token: string, hash: string | null): boolean {
  const expected = Buffer.from(hash ?? hashOf(''), 'hex')
  return timingSafeEqual(createHash('sha256').update(token).digest(), expected) && hash !== null
}

/** As it was made, from what was typed; null for what cannot be one. */
export function readToken(typed: string): { readonly token: string; readonly id: string } | null {
  const token = typed.trim().toLowerCase().replaceAll('o', '0').replace(/[il]/g, '1')
  return tokenPattern.test(token) ? { token, id: token.slice(0, idLength) } : null
}
