interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false }
}

/** A stored row; null when it is no JSON or does not fit the contract of this version. */
export function parseRow<T>(schema: Schema<T>, text: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
