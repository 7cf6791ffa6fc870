import { ApiError } from '../../server/contract/index.ts'
import { StorageError } from '../platform/platform.ts'

interface FailureWords {
  readonly failed: string
  readonly exportsBusy: string
  readonly notSaved: string
  readonly errors: Readonly<Record<ApiError['code'], { readonly title: string; readonly hint: string }>>
}

/** Their common words are of forms and lists. */
const withoutHint: ReadonlySet<ApiError['code']> = new Set(['invalidInput', 'notFound', 'conflict'])

/** What went wrong with a file, and what the person can do. */
export function exportFailure(error: unknown, { failed, exportsBusy, notSaved, errors }: FailureWords): string {
  if (error instanceof StorageError) return notSaved
  if (!(error instanceof ApiError) || withoutHint.has(error.code)) return failed
  const { title, hint } = errors[error.code]
  return error.code === 'busy' ? exportsBusy : `${title}. ${hint}`
}
