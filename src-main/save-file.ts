import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { StorageFailure } from './drafts/storage-failure.ts'

export interface SaveFileDeps {
  /** Asks where to; null when the person chose not to. */
  readonly askPath: (suggestedName: string) => Promise<string | null>
  /** The server's base URL. */
  readonly serverUrl: () => string
  readonly fetch: (url: string) => Promise<Response>
}

/**
 * Lets the person choose a place and takes a file of the server there, however long it is. The page only suggests a name, never a
 * folder, and names a path, never a host.
 */
export async function saveFile(deps: SaveFileDeps, file: { name: string; path: string }): Promise<boolean> {
  const path = await deps.askPath(basename(file.name.replaceAll('\\', '/')) || 'file')
  if (path === null) return false
  try {
    const answer = await deps.fetch(deps.serverUrl() + file.path)
    if (!answer.ok || answer.body === null) throw new Error(`HTTP ${answer.status}`)
    const out = createWriteStream(path)
    try {
      await pipeline(answer.body, out)
    } catch (cause) {
      // Half a file would be taken for a whole one.
      if (out.bytesWritten > 0) await rm(path, { force: true })
      throw cause
    }
    return true
  } catch (cause) {
    throw new StorageFailure('The file could not be written there. Choose another place.', { cause })
  }
}
