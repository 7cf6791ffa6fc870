import type { Readers, ReadersOptions } from './postgres/sessions.ts'

/** Sessions of their own that read a PostgreSQL database and cannot write. */
export async function openReaders(databaseUrl: string, options: ReadersOptions): Promise<Readers> {
  // Not loaded where it is not used.
  const { Readers: Sessions } = await import('./postgres/sessions.ts')
  return new Sessions(databaseUrl, options)
}
