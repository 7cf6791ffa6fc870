import { type FileHandle, open } from 'node:fs/promises'

/** 16-bit PCM in a WAV file. */
export interface PcmFile {
  readonly sampleRate: number
  readonly channels: number
  /** Where the samples begin, and how many bytes of them there are now. */
  readonly dataAt: number
  readonly dataBytes: number
}

const headBytes = 4_096
const pcmFormat = 1
const sampleBytes = 2

/** null for what is no 16-bit PCM. A file that is being written has sizes of 0 in its head: the file's own size counts. */
async function readHead(file: FileHandle): Promise<PcmFile | null> {
  const { size } = await file.stat()
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
  const head = buffer.subarray(0, bytesRead)
  if (head.length < 12 || head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') return null
  let format: { sampleRate: number; channels: number } | null = null
  for (let at = 12; at + 8 <= head.length; ) {
    const name = head.toString('latin1', at, at + 4)
    const bytes = head.readUInt32LE(at + 4)
    if (name === 'fmt ' && at + 24 <= head.length) {
      if (head.readUInt16LE(at + 8) !== pcmFormat || head.readUInt16LE(at + 22) !== sampleBytes * 8) return null
      format = { channels: head.readUInt16LE(at + 10), sampleRate: head.readUInt32LE(at + 12) }
    }
    if (name === 'data') {
      const dataAt = at + 8
      const there = Math.max(0, size - dataAt)
      return format && format.sampleRate > 0 && format.channels > 0
        ? { ...format, dataAt, dataBytes: bytes === 0 ? there : Math.min(bytes, there) }
        : null
    }
    at += 8 + bytes + (bytes % 2)
  }
  return null
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r')
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

const durationOf = ({ dataBytes, channels, sampleRate }: PcmFile): number =>
  Math.round((dataBytes / (sampleBytes * channels * sampleRate)) * 1_000)

/** null where it cannot be told. */
export function wavDurationMs(path: string): Promise<number | null> {
  return withFile(path, async (file) => {
    const head = await readHead(file)
    return head && durationOf(head)
  })
}

/** The samples of a time in the file, as far as they are there. */
function within(file: PcmFile, { fromMs, toMs }: Span): PcmFile {
  const frameBytes = sampleBytes * file.channels
  const frames = Math.floor(file.dataBytes / frameBytes)
  const byteAt = (ms: number): number => Math.min(frames, Math.max(0, Math.round((ms / 1_000) * file.sampleRate))) * frameBytes
  const [from, to] = [byteAt(fromMs), byteAt(toMs)]
  return { ...file, dataAt: file.dataAt + from, dataBytes: Math.max(0, to - from) }
}

/** From the file's beginning. */
interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** The head of a file that has only this time of the other, and which bytes of the other are its samples. */
export function wavSlice(path: string, span: Span): Promise<{ head: Buffer; from: number; bytes: number } | null> {
  return withFile(path, async (file) => {
    const whole = await readHead(file)
    if (!whole) return null
    const { channels, sampleRate, dataAt, dataBytes } = within(whole, span)
    const head = Buffer.alloc(44)
    head.write('RIFF', 0, 'latin1')
    head.writeUInt32LE(36 + dataBytes, 4)
    head.write('WAVEfmt ', 8, 'latin1')
    head.writeUInt32LE(16, 16)
    head.writeUInt16LE(pcmFormat, 20)
    head.writeUInt16LE(channels, 22)
    head.writeUInt32LE(sampleRate, 24)
    head.writeUInt32LE(sampleRate * channels * sampleBytes, 28)
    head.writeUInt16LE(channels * sampleBytes, 32)
    head.writeUInt16LE(sampleBytes * 8, 34)
    head.write('data', 36, 'latin1')
    head.writeUInt32LE(dataBytes, 40)
    return { head, from: dataAt, bytes: dataBytes }
  })
}

const blockBytes = 256 * 1024

/** The loudest sample of each of `slices` equally long parts of this time, 0..100; empty where the file is no PCM. */
export function wavPeaks(path: string, slices: number, span: Span | null): Promise<number[]> {
  return withFile(path, async (file) => {
    const whole = await readHead(file)
    const head = whole && span ? within(whole, span) : whole
    const samples = head ? Math.floor(head.dataBytes / sampleBytes) : 0
    if (!head || samples === 0) return []
    const peaks = new Array<number>(slices).fill(0)
    const block = Buffer.alloc(blockBytes)
    for (let sample = 0; sample < samples; ) {
      const wanted = Math.min(blockBytes, (samples - sample) * sampleBytes)
      const { bytesRead } = await file.read(block, 0, wanted, head.dataAt + sample * sampleBytes)
      const read = Math.floor(bytesRead / sampleBytes)
      if (read === 0) break
      for (let at = 0; at < read; at++) {
        const slice = Math.min(slices - 1, Math.floor(((sample + at) * slices) / samples))
        const loud = Math.abs(block.readInt16LE(at * sampleBytes))
        if (loud > (peaks[slice] ?? 0)) peaks[slice] = loud
      }
      sample += read
    }
    return peaks.map((loud) => Math.round((loud / 32_768) * 100))
  })
}
