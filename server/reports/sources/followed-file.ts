import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'

/** How far a file has been read, and how it is known again after it was renamed, packed or cut to nothing. */
export const FilePlace = z.object({
  inode: z.number(),
  size: z.number(),
  /** Of the first `headBytes` of what was read. */
  head: z.string(),
  headBytes: z.number(),
  offset: z.number(),
  /** Lines before `offset`. */
  line: z.number(),
})
export type FilePlace = z.infer<typeof FilePlace>

export interface Chunk {
  /** The file's own name, rotated ones included. */
  readonly name: string
  readonly bytes: Buffer
  readonly place: FilePlace
  /** Nothing will be added to this file any more, and the bytes are its last: an unfinished line stays so. */
  readonly final: boolean
  /** There is more to read after these bytes, in this file or a later one. */
  readonly more: boolean
  /** The file that was being read is gone, with whatever was not read of it. */
  readonly lost: boolean
  /** Rotated files that were passed over, in words. */
  readonly damaged: readonly string[]
  /** Files beside it that carry its name and cannot be read as older ones: packed otherwise, or named otherwise. */
  readonly notRead: readonly string[]
}

export class FileTrouble extends Error {
  readonly code: 'missing' | 'denied' | 'broken'

  constructor(code: FileTrouble['code'], message: string) {
    super(message)
    this.code = code
  }
}

interface Member {
  readonly path: string
  readonly packed: boolean
}

const headLength = 1024

/**
 * A log file that grows while it is read and is rotated: `log`, then `log.1`, `log.1.gz`, `log-20261120`, … Whoever rotates
 * it has closed it by the time the next one has content. Read from the oldest that is there to the newest.
 */
export class FollowedFile {
  readonly #path: string
  /** A packed file is unpacked once, however many reads it takes. */
  #unpacked: { from: string; inode: number; path: string; folder: string } | null = null
  #notRead: readonly string[] = []

  constructor(path: string) {
    this.#path = path
  }

  /** The bytes after `place`, at most `limit`; null `place` is the beginning of the oldest file. */
  async read(place: FilePlace | null, limit: number): Promise<Chunk> {
    let chain = await this.#chain()
    let found = place === null ? { index: 0, place: null } : await this.#find(chain, place)
    if (place !== null && found === null) {
      // it may have been renamed between the list and the look
      chain = await this.#chain()
      found = await this.#find(chain, place)
    }
    const from = found ?? { index: 0, place: null }
    const damaged: string[] = []
    for (let index = from.index; ; index++) {
      const member = chain[index]
      if (!member) throw new FileTrouble('missing', `${this.#path} is not there`)
      const newest = index === chain.length - 1
      const chunk = await this.#readMember(member, index === from.index ? from.place : null, limit).catch((error: unknown) => {
        if (!(error instanceof FileTrouble) || error.code !== 'broken' || newest) throw error
        damaged.push(error.message)
        return null
      })
      // the next file had content before this one was read to its end: nothing came in between
      if (chunk === null || (chunk.bytes.length === 0 && !newest)) continue
      // past the packed ones: what was unpacked has served
      if (!member.packed) await this.stop()
      return {
        ...chunk,
        final: chunk.atEnd && !newest,
        more: !chunk.atEnd || !newest,
        lost: place !== null && place.offset > 0 && found === null,
        damaged,
        notRead: this.#notRead,
      }
    }
  }

  async stop(): Promise<void> {
    const unpacked = this.#unpacked
    this.#unpacked = null
    if (unpacked) await rm(unpacked.folder, { recursive: true, force: true })
  }

  async #readMember(member: Member, place: FilePlace | null, limit: number) {
    const path = member.packed ? await this.#unpack(member.path) : member.path
    const file = await opened(path)
    try {
      const { ino, size } = await file.stat()
      const offset = place?.offset ?? 0
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(limit, size - offset)))
      const { bytesRead } = await file.read(bytes, 0, bytes.length, offset)
      const from = place ?? { inode: ino, size, head: '', headBytes: 0, offset: 0, line: 0 }
      return {
        name: basename(member.path),
        bytes: bytes.subarray(0, bytesRead),
        place: { ...from, inode: ino, size },
        atEnd: offset + bytesRead >= size,
      }
    } finally {
      await file.close()
    }
  }

  /** Where the file of `place` is now; null: not there any more. */
  async #find(chain: readonly Member[], place: FilePlace): Promise<{ index: number; place: FilePlace } | null> {
    // the newest first: mostly nothing has happened
    for (const index of [...chain.keys()].reverse()) {
      const member = chain[index]
      if (member && (await this.#is(member, place))) return { index, place }
    }
    return null
  }

  async #is(member: Member, place: FilePlace): Promise<boolean> {
    const path = member.packed ? await this.#unpack(member.path).catch(() => null) : member.path
    if (path === null) return false
    const file = await opened(path)
    try {
      const { ino, size } = await file.stat()
      if (place.headBytes === 0) return !member.packed && ino === place.inode
      if (size < place.offset) return false
      return (await headOf(file, place.headBytes)) === place.head
    } finally {
      await file.close()
    }
  }

  /** Oldest first; the file itself is the last. */
  async #chain(): Promise<readonly Member[]> {
    const folder = dirname(this.#path)
    const name = basename(this.#path)
    const names = await readdir(folder).catch((error: unknown) => {
      throw trouble(error, folder)
    })
    const older = names
      .filter((other) => other !== name && other.startsWith(name))
      .map((other) => ({ other, match: /^[.-]\d[\d-]*(\.gz)?$/.exec(other.slice(name.length)) }))
    const rotated = await Promise.all(
      older.flatMap(({ other, match }) => (match ? [rotatedMember(join(folder, other), match[1] !== undefined)] : [])),
    )
    this.#notRead = older.filter(({ other, match }) => !match && isAnOlder(other.slice(name.length))).map(({ other }) => other)
    // by their last write: logrotate gives the newest the lowest number, Asterisk itself the highest
    rotated.sort((a, b) => a.writtenMs - b.writtenMs)
    const current = names.includes(name) ? [{ path: this.#path, packed: false }] : []
    const all = [...rotated, ...current]
    // an empty new file is no proof that the old one is closed
    while (all.length > 1 && (await isEmpty(all.at(-1)?.path ?? ''))) all.pop()
    return all
  }

  async #unpack(path: string): Promise<string> {
    const { ino } = await stat(path)
    if (this.#unpacked?.from === path && this.#unpacked.inode === ino) return this.#unpacked.path
    await this.stop()
    const folder = await mkdtemp(join(tmpdir(), 'callsync-log-'))
    const target = join(folder, 'log')
    this.#unpacked = { from: path, inode: ino, path: target, folder }
    try {
      await pipeline(createReadStream(path), createGunzip(), createWriteStream(target))
    } catch {
      await this.stop()
      throw new FileTrouble('broken', `${basename(path)} cannot be unpacked: it is damaged`)
    }
    return target
  }
}

/** `.2.xz`, `-20261120.zst`, `.old`, `.bz2`: not `2` nor `.conf.sample` of another file's name. */
const isAnOlder = (rest: string): boolean => /^([.-]\d[\d-]*)?\.(?!gz$)[a-z\d]+$/i.test(rest)

/** The place after `consumed` bytes of a chunk. */
export function placeAfter(chunk: Chunk, consumed: number, lines: number): FilePlace {
  const { place, bytes } = chunk
  const next = { ...place, offset: place.offset + consumed, line: place.line + lines }
  if (place.headBytes > 0 || consumed === 0) return next
  const headBytes = Math.min(headLength, consumed)
  return { ...next, head: digest(bytes.subarray(0, headBytes)), headBytes }
}

async function rotatedMember(path: string, packed: boolean) {
  return { path, packed, writtenMs: (await stat(path).catch(() => ({ mtimeMs: 0 }))).mtimeMs }
}

async function isEmpty(path: string): Promise<boolean> {
  return (await stat(path).catch(() => ({ size: 0 }))).size === 0
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 24)

async function headOf(file: FileHandle, length: number): Promise<string> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, 0)
  return digest(bytes.subarray(0, bytesRead))
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw trouble(error, path)
  }
}

function trouble(error: unknown, path: string): FileTrouble {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EACCES' || code === 'EPERM') return new FileTrouble('denied', `${path} may not be read`)
  return new FileTrouble('missing', `${path} is not there`)
}
