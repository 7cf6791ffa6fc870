import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { StorageFailure } from './drafts/storage-failure.ts'

export interface SaveFileDeps {
  /** Asks where to; null when the person chose not to. */
  readonly askPath: (suggestedName: string) => Promise<string | null>
}

/** Lets the person choose a place and writes the file there. The page only suggests a name, never a folder. */
export async function saveFile(deps: SaveFileDeps, file: { name: string; content: string }): Promise<boolean> {
  const path = await deps.askPath(basename(file.name.replaceAll('\\', '/')) || 'file')
  if (path === null) return false
  try {
    await writeFile(path, file.content)
    return true
  } catch (cause) {
    throw new StorageFailure('The file could not be written there. Choose another place.', { cause })
  }
}
