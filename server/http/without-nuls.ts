/** PostgreSQL keeps no text with U+0000, which nobody means: it comes along with something pasted. */
export function withoutNuls(input: unknown): unknown {
  if (typeof input === 'string') return input.replaceAll('\0', '')
  if (Array.isArray(input)) return input.map(withoutNuls)
  if (input === null || typeof input !== 'object') return input
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, withoutNuls(value)]))
}
