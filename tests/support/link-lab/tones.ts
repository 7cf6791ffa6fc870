/** What each side of a lab call says, in Hz: apart enough to be told from each other in 20 ms of telephone sound. */
export const operatorToneHz = 1000
/** One a customer, so that with two calls it is known which of them is heard. */
export const customerTonesHz = [440, 620, 1500] as const

/** The music on hold: a piece of music has pauses of its own, and notes that are taken for a voice. */
export const musicToneHz = 2200
/** All there are. */
export const tonesHz = [operatorToneHz, ...customerTonesHz, musicToneHz]

/** Twenty milliseconds of one side's ear: when they were heard, and which tones were in them. */
export interface Heard {
  /** Wall clock, ms. */
  readonly atMs: number
  readonly tonesHz: readonly number[]
  /** True when there was any sound at all. */
  readonly sound: boolean
}

/** Which of the tones are in these samples (-1 to 1): each has to hold a fifth of the power at least. */
export function tonesIn(samples: Float32Array, sampleRate: number): number[] {
  let power = 0
  for (const sample of samples) power += sample * sample
  power /= samples.length
  if (power < 1e-5) return []
  return tonesHz.filter((tone) => {
    const turn = 2 * Math.cos((2 * Math.PI * tone) / sampleRate)
    let before = 0
    let last = 0
    for (const sample of samples) {
      const next = sample + turn * last - before
      before = last
      last = next
    }
    const tonePower = (before * before + last * last - turn * before * last) * (2 / samples.length ** 2)
    return tonePower / power > 0.2
  })
}

/** What is listened for. */
export interface Sound {
  readonly in: (slice: Heard) => boolean
  /** How many slices tell it from chance. */
  readonly slices: number
}

export const tone = (hz: number): Sound => ({ in: ({ tonesHz }) => tonesHz.includes(hz), slices: 1 })
/** What entertains those who wait, and nobody's voice in it. */
export const music: Sound = { in: ({ tonesHz }) => tonesHz.length === 1 && tonesHz[0] === musicToneHz, slices: 21 }

export interface Gap {
  /** Longest time without the sound, ms. 20 is none. */
  readonly ms: number
  readonly fromMs: number
  /** When it was heard again; null when it was not. */
  readonly untilMs: number | null
}

/** The longest time between two moments without the sound; what is after the last one counts up to `untilMs`. */
export function longestGap(heard: readonly Heard[], sound: Sound, span: { fromMs: number; untilMs: number }): Gap {
  let last = span.fromMs
  let longest: Gap = { ms: 0, fromMs: last, untilMs: last }
  for (const slice of heard) {
    const { atMs } = slice
    if (atMs < span.fromMs || atMs > span.untilMs || !sound.in(slice)) continue
    if (atMs - last > longest.ms) longest = { ms: atMs - last, fromMs: last, untilMs: atMs }
    last = Math.max(last, atMs)
  }
  const open = span.untilMs - last
  return open > longest.ms ? { ms: open, fromMs: last, untilMs: null } : longest
}

/** Whether the sound was there after a moment. */
export const isHeard = (heard: readonly Heard[], sound: Sound, fromMs: number): boolean =>
  heard.filter((slice) => slice.atMs >= fromMs && sound.in(slice)).length >= sound.slices

/** When the sound was there for the first time after a moment; null when it was not. */
export const heardAgainMs = (heard: readonly Heard[], { in: isIn }: Sound, fromMs: number): number | null =>
  heard.find((slice) => slice.atMs >= fromMs && isIn(slice))?.atMs ?? null
