/** The token behind the `#` of the page's address; null where there is none. */
export function tokenOf(hash: string): string | null {
  const token = decoded(hash.replace(/^#/, '')).trim()
  return token === '' ? null : token
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The token in what somebody typed or pasted: itself, or a whole link. */
export const tokenIn = (typed: string): string => typed.trim().replace(/^.*#/, '')
