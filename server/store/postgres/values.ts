const builtin = { bool: 16, int8: 20, numeric: 1700 } as const

/** Values as SQLite gives them: whole and broken numbers are numbers, a condition is 0 or 1. */
export function readValue(type: number, otherwise: (text: string) => unknown): (text: string) => unknown {
  switch (type) {
    case builtin.bool:
      return (text) => (text === 't' ? 1 : 0)
    case builtin.int8:
    case builtin.numeric:
      return toNumber
    default:
      return otherwise
  }
}

function toNumber(text: string): number {
  const value = Number(text)
  // Every whole number of ours is a count or a time: one that does not fit is a mistake, and rounding would hide it.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new RangeError(`${text} is too large a number`)
  return value
}

/** PostgreSQL has no text with the character 0 or half a pair, which nobody can see or type: they arrive in pasted texts. */
export const writeValue = (value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value
