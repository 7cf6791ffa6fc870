import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { FileSpan } from './own-span.ts'
import { wavSlice } from './wav.ts'

/** Audio as it goes over the wire. */
export interface LentAudio {
  readonly size: number
  /** The bytes from `first` to `last`, both included. */
  read(first: number, last: number): Readable
}

/** A file as it is; null for one that is not there any more. */
export async function wholeFile(path: string): Promise<LentAudio | null> {
  try {
    const { size } = await stat(path)
    return { size, read: (first, last) => createReadStream(path, { start: first, end: last }) }
  } catch {
    return null
  }
}

/** A part of a WAV file as a WAV file of its own; nothing else of it can be read. null for what is no PCM or not there any more. */
export async function partOfFile(path: string, span: FileSpan): Promise<LentAudio | null> {
  const slice = await wavSlice(path, span).catch(() => null)
  if (!slice) return null
  const { head, from, bytes } = slice
  return {
    size: head.length + bytes,
    read: (first, last) => Readable.from(slicePieces(path, { head, from, first, last })),
  }
}

async function* slicePieces(
  path: string,
  { head, from, first, last }: { head: Buffer; from: number; first: number; last: number },
): AsyncGenerator<Buffer> {
  if (first < head.length) yield head.subarray(first, last + 1)
  if (last < head.length) return
  const start = from + Math.max(0, first - head.length)
  yield* createReadStream(path, { start, end: from + last - head.length })
}
