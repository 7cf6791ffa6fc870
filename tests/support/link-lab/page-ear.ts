import type { BrowserContext } from '@playwright/test'
import { type Heard, tonesHz } from './tones.ts'

// What the page's function below sees; this file is not compiled for the browser.
interface Analyser {
  fftSize: number
  getFloatTimeDomainData(into: Float32Array): void
}
declare const window: {
  labHeard?: (heard: Heard[]) => Promise<void>
  RTCPeerConnection: typeof RTCPeerConnection
}
declare class RTCPeerConnection {
  constructor(...args: unknown[])
  addEventListener(type: 'track', listener: (event: { track: unknown }) => void): void
}
declare class MediaStream {
  constructor(tracks: unknown[])
}
declare class AudioContext {
  constructor(options: { sampleRate: number })
  readonly currentTime: number
  readonly state: string
  resume(): Promise<void>
  createAnalyser(): Analyser
  createMediaStreamSource(stream: MediaStream): { connect(to: Analyser): void }
}
interface AudioConstraints {
  readonly audio?: boolean | Record<string, unknown>
}
interface Devices {
  getUserMedia(constraints: AudioConstraints): Promise<MediaStream>
}
declare const navigator: { readonly mediaDevices?: Devices }

/**
 * In the page: listens to whatever its peer connections receive, and lets the microphone's tone through as it is (a
 * steady tone is noise to the browser's noise suppression).
 */
function listen({ tonesHz }: { tonesHz: readonly number[] }): void {
  const devices = navigator.mediaDevices
  if (devices) {
    const open = devices.getUserMedia.bind(devices)
    devices.getUserMedia = ({ audio, ...rest }) =>
      open({
        ...rest,
        ...(audio !== undefined && {
          audio: {
            ...(typeof audio === 'object' ? audio : {}),
            echoCancellation: false,
            noiseSuppression: false,
            autoGainControl: false,
          },
        }),
      })
  }

  const sampleRate = 16_000
  const sliceSamples = sampleRate / 50
  let context: AudioContext | null = null
  let analyser: Analyser | null = null
  let samples = new Float32Array(0)
  let heardToMs = 0

  const power = (slice: Float32Array, tone: number) => {
    const turn = 2 * Math.cos((2 * Math.PI * tone) / sampleRate)
    let before = 0
    let last = 0
    for (const sample of slice) {
      const next = sample + turn * last - before
      before = last
      last = next
    }
    return (before * before + last * last - turn * before * last) * (2 / slice.length ** 2)
  }

  /** Wall clock less the audio's: kept as long as the two go alike, so that a late look is not heard as a gap. */
  let offsetMs = Number.NaN

  const look = () => {
    if (!context || !analyser) return
    const audioMs = context.currentTime * 1000
    const seenOffsetMs = Date.now() - audioMs
    if (!(Math.abs(seenOffsetMs - offsetMs) < 100)) offsetMs = seenOffsetMs
    const slices = Math.min(Math.floor((audioMs - heardToMs) / 20), Math.floor(samples.length / sliceSamples) - 1)
    if (slices <= 0) return
    const untilMs = Math.floor(audioMs / 20) * 20
    heardToMs = untilMs
    analyser.getFloatTimeDomainData(samples)
    const end = samples.length - Math.round(((audioMs - untilMs) / 1000) * sampleRate)
    const heard: Heard[] = []
    for (let index = slices; index > 0; index--) {
      const slice = samples.subarray(end - index * sliceSamples, end - (index - 1) * sliceSamples)
      let whole = 0
      for (const sample of slice) whole += sample * sample
      whole /= slice.length
      if (whole < 1e-5) continue
      heard.push({
        atMs: offsetMs + untilMs - (index - 1) * 20,
        tonesHz: tonesHz.filter((tone) => power(slice, tone) / whole > 0.2),
        sound: true,
      })
    }
    if (heard.length > 0) void window.labHeard?.(heard)
  }

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args: unknown[]) {
      super(...args)
      this.addEventListener('track', ({ track }) => {
        if (!context || !analyser) {
          context = new AudioContext({ sampleRate })
          analyser = context.createAnalyser()
          analyser.fftSize = 32_768
          samples = new Float32Array(analyser.fftSize)
          setInterval(look, 50)
        }
        void context.resume()
        context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
      })
    }
  }
}

/** What the pages of a browser context hear, across their reloads. */
export class OperatorEar {
  readonly #heard: Heard[] = []

  static async attach(context: BrowserContext): Promise<OperatorEar> {
    const ear = new OperatorEar()
    await context.exposeFunction('labHeard', (heard: Heard[]) => {
      ear.#heard.push(...heard)
    })
    await context.addInitScript(listen, { tonesHz })
    return ear
  }

  /** In the order in which it was heard. */
  heard(): readonly Heard[] {
    return this.#heard
  }
}
