import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
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
 * folder, and names a path, never a host. A file that is there already is replaced by a whole one or not at all.
 */
export async function saveFile(deps: SaveFileDeps, file: { name: string; path: string }): Promise<boolean> {
  const path = await deps.askPath(basename(file.name.replaceAll('\\', '/')) || 'file')
  if (path === null) return false
  const content = await ask(deps, file.path)
  const part = `${path}.${randomUUID()}.part`
  try {
    await pipeline(content, createWriteStream(part, { flags: 'wx' }))
    await rename(part, path)
    return true
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined)
    throw failureOf(cause)
  }
}

async function ask({ serverUrl, fetch }: SaveFileDeps, path: string): Promise<ReadableStream<Uint8Array>> {
  let answer: Response
  try {
    answer = await fetch(serverUrl() + path)
  } catch (cause) {
    throw new StorageFailure(advice.server, { cause })
  }
  if (answer.ok && answer.body !== null) return answer.body
  throw new StorageFailure(advice.server, { cause: new Error(`HTTP ${answer.status}`) })
}

const advice = {
  server: 'The server did not give the whole file. Export it again.',
  place: 'The file could not be written there. Choose another place, or close the program that has it open.',
  diskFull: 'The disk is full. Free some space, or choose another place.',
} as const

/** Errors of the file system have a path or a call; what breaks off is the server's answer. */
function failureOf(cause: unknown): StorageFailure {
  const code = cause instanceof Error && 'syscall' in cause && 'code' in cause ? cause.code : null
  if (code === 'ENOSPC') return new StorageFailure(advice.diskFull, { problem: 'diskFull', cause })
  return new StorageFailure(code === null ? advice.server : advice.place, { cause })
}
