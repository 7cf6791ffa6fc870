import { existsSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

export interface Wav {
  readonly sampleRate: number
  /** Samples of the first channel, -1 to 1. */
  readonly samples: Float64Array
}

/** Reads 16-bit PCM. A recording that still runs has no valid length in its header: everything behind it counts. */
export function readWav(path: string): Wav {
  const bytes = readFileSync(path)
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error(`${path} is no WAV file`)
  let sampleRate = 0
  let channels = 1
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString('latin1', at, at + 4)
    const length = bytes.readUInt32LE(at + 4)
    if (id === 'fmt ') {
      if (bytes.readUInt16LE(at + 8) !== 1 || bytes.readUInt16LE(at + 22) !== 16) throw new Error(`${path} is not 16-bit PCM`)
      channels = bytes.readUInt16LE(at + 10)
      sampleRate = bytes.readUInt32LE(at + 12)
    }
    if (id === 'data') {
      const start = at + 8
      const end = length === 0 || start + length > bytes.length ? bytes.length : start + length
      const samples = new Float64Array(Math.floor((end - start) / (2 * channels)))
      for (let index = 0; index < samples.length; index++)
        samples[index] = bytes.readInt16LE(start + index * 2 * channels) / 32768
      return { sampleRate, samples }
    }
    at += 8 + length + (length % 2)
  }
  throw new Error(`${path} holds no audio`)
}

/** Root mean square, 0 to 1, of each whole second (and of what is left over, if anything). */
export function energyPerSecond(wav: Wav): number[] {
  const seconds: number[] = []
  for (let from = 0; from < wav.samples.length; from += wav.sampleRate)
    seconds.push(rms(wav.samples.subarray(from, from + wav.sampleRate)))
  return seconds
}

/** Root mean square, 0 to 1, of the loudest second: 0 for silence, about 0.1 for speech. */
export function energyOf(wav: Wav): number {
  return Math.max(0, ...energyPerSecond(wav))
}

/** How much of the loudest 100 ms at this frequency is that tone: near 0 for anything else, near 1 for the pure tone. */
export function toneShare(wav: Wav, frequencyHz: number): number {
  const size = Math.floor(wav.sampleRate / 10)
  const turn = 2 * Math.cos((2 * Math.PI * frequencyHz) / wav.sampleRate)
  let best = 0
  for (let from = 0; from + size <= wav.samples.length; from += Math.floor(size / 2)) {
    const part = wav.samples.subarray(from, from + size)
    const level = rms(part)
    if (level < 0.005) continue
    let before = 0
    let last = 0
    for (const sample of part) {
      const next = sample + turn * last - before
      before = last
      last = next
    }
    const power = before * before + last * last - turn * before * last
    best = Math.max(best, (2 * power) / (size * size * level * level))
  }
  return best
}

function rms(samples: Float64Array): number {
  if (samples.length === 0) return 0
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return Math.sqrt(sum / samples.length)
}

/** Polls a recording in progress until it satisfies `enough`; Asterisk writes it out every two seconds or so. */
export async function untilRecorded(path: string, enough: (wav: Wav) => boolean, limitMs = 15_000): Promise<Wav> {
  const deadline = Date.now() + limitMs
  for (;;) {
    const wav = existsSync(path) && statSync(path).size > 44 ? readWav(path) : null
    if (wav && enough(wav)) return wav
    if (Date.now() > deadline) throw new Error(`${path} does not hold what was waited for after ${limitMs} ms`)
    await delay(100)
  }
}
