/** Years of callers would not fit. */
const mostRemembered = 10_000

/** A number costs 50 µs to format, and in a month each calls many times. */
export function remembered(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    let value = known.get(text)
    if (value === undefined) {
      value = compute(text)
      if (known.size >= mostRemembered) known.clear()
      known.set(text, value)
    }
    return value
  }
}
