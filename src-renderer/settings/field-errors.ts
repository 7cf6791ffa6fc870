import { ApiError } from '../../server/contract/index.ts'

export interface FieldWords {
  readonly required: string
  readonly alreadyUsed: string
  readonly invalid: string
  readonly sameServer: string
}

/** The server's complaints by field in the person's words; null when it complained of no field of this form. */
export function fieldErrors<F extends string>(
  error: unknown,
  fields: readonly F[],
  t: FieldWords,
): Partial<Record<F, string>> | null {
  if (!(error instanceof ApiError)) return null
  const found: Partial<Record<F, string>> = {}
  for (const field of fields) {
    // A fault inside a list or object is told with its path, e.g. `iceServers.0`.
    const path = Object.keys(error.fields).find((key) => key === field || key.startsWith(`${field}.`))
    if (path === undefined) continue
    const reason = error.fields[path]
    const told = reason === 'required' || reason === 'alreadyUsed' || reason === 'sameServer'
    found[field] = told ? t[reason] : t.invalid
  }
  return Object.keys(found).length > 0 ? found : null
}
