import { ApiError } from '../../server/contract/index.ts'

/** How a customer that is known by the address only is shown: never by the id. */
export function customerLabel(found: { readonly name: string | undefined; readonly error: unknown }, gone: string): string {
  if (found.name !== undefined) return found.name
  return found.error instanceof ApiError && found.error.code === 'notFound' ? gone : '…'
}
