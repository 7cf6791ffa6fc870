import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Everybody in a test speaks with a tone of their own: who hears whom can then be measured. None is a harmonic of another. */
export const voices = {
  first: 440,
  second: 620,
  third: 850,
  anna: 1150,
  boris: 1550,
  vera: 2100,
  galina: 2750,
  music: 350,
} as const
export type Voice = keyof typeof voices

/** A tone in pulses: a steady one is noise to a browser's microphone processing. 16-bit mono, played over and over without a seam. */
export function writeTone(path: string, frequencyHz: number, sampleRate: number): void {
  const seconds = 2
  const count = seconds * sampleRate
  const bytes = Buffer.alloc(44 + 2 * count)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(36 + 2 * count, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(sampleRate, 24)
  bytes.writeUInt32LE(2 * sampleRate, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(2 * count, 40)
  for (let at = 0; at < count; at++) {
    const inPulse = (at / sampleRate) % 0.5 < 0.35
    const level = inPulse ? 0.35 * Math.sin((2 * Math.PI * frequencyHz * at) / sampleRate) : 0
    bytes.writeInt16LE(Math.round(level * 32_767), 44 + 2 * at)
  }
  writeFileSync(path, bytes)
}

/** Templates for Asterisk whose music on hold is one tone: told from silence, and from any voice, from its first moment on. */
export function musicOfOneTone(folder: string, frequencyHz: number): string {
  const [music, conf] = [join(folder, 'music'), join(folder, 'music-conf')]
  mkdirSync(music)
  mkdirSync(conf)
  writeTone(join(music, 'tone.wav'), frequencyHz, 8_000)
  writeFileSync(join(conf, 'musiconhold.conf'), `[default]\nmode = files\ndirectory = ${music}\n`)
  return conf
}

/** How loud one tone is in its loudest 100 ms, as an amplitude (0 to 1), by Goertzel. */
export function toneLevel(samples: ArrayLike<number>, sampleRate: number, frequencyHz: number): number {
  const size = Math.floor(sampleRate / 10)
  const turn = 2 * Math.cos((2 * Math.PI * frequencyHz) / sampleRate)
  let best = 0
  for (let from = 0; from + size <= samples.length; from += Math.floor(size / 2)) {
    let before = 0
    let last = 0
    for (let at = from; at < from + size; at++) {
      const next = (samples[at] ?? 0) + turn * last - before
      before = last
      last = next
    }
    const power = Math.max(0, before * before + last * last - turn * before * last)
    best = Math.max(best, (2 * Math.sqrt(power)) / size)
  }
  return best
}

/** Louder than this a voice is heard; quieter than `silence` it is not. Between the two nothing is proved. */
export const audible = 0.03
export const silence = 0.015

export type Heard = Readonly<Record<Voice, number>>

export const heardIn = (samples: ArrayLike<number>, sampleRate: number): Heard => ({
  first: toneLevel(samples, sampleRate, voices.first),
  second: toneLevel(samples, sampleRate, voices.second),
  third: toneLevel(samples, sampleRate, voices.third),
  anna: toneLevel(samples, sampleRate, voices.anna),
  boris: toneLevel(samples, sampleRate, voices.boris),
  vera: toneLevel(samples, sampleRate, voices.vera),
  galina: toneLevel(samples, sampleRate, voices.galina),
  music: toneLevel(samples, sampleRate, voices.music),
})

/**
 * The next `ms` of a recording that goes on, from now: 8 kHz in a WAV file, 48 kHz in a bare `.sln48`, which is there sooner
 * because Asterisk writes out its buffer when it is full: every two seconds, and every third of one.
 */
export async function nextOf(path: string, ms: number, limitMs = 20_000): Promise<{ samples: Float64Array; sampleRate: number }> {
  const sampleRate = path.endsWith('.sln48') ? 48_000 : 8_000
  const bytesOf = (lengthMs: number) => 2 * Math.floor((lengthMs / 1000) * sampleRate)
  // What is said now may still be on its way or in Asterisk's buffer: what was said before must not count.
  const startByte = (existsSync(path) ? statSync(path).size : 44) + bufferBytes + bytesOf(wayMs)
  const endByte = startByte + bytesOf(ms)
  const deadline = Date.now() + limitMs
  while (!existsSync(path) || statSync(path).size < endByte) {
    if (Date.now() > deadline) throw new Error(`${path} did not grow: is the call still there?`)
    await delay(100)
  }
  const bytes = readFileSync(path).subarray(startByte - (startByte % 2), endByte)
  const samples = new Float64Array(Math.floor(bytes.length / 2))
  for (let at = 0; at < samples.length; at++) samples[at] = bytes.readInt16LE(2 * at) / 32_768
  return { samples, sampleRate }
}

const bufferBytes = 32_768
/** From the microphone to the recorder. */
const wayMs = 200
