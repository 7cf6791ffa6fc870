import type { SipLink } from '../sip/sip-link.ts'
import { LineMicrophones, stopTracks } from './line-microphones.ts'
import type { PhoneMedia } from './media.ts'

export interface LineAudioDeps {
  readonly link: Pick<SipLink, 'replaceMicrophone'>
  readonly media: PhoneMedia
  /** Lines whose microphone is in use. */
  readonly talking: () => readonly string[]
  /** A microphone was asked for: what the browser allows may be known now. */
  readonly onAsked: () => void
}

/** Which line has which microphone. */
export class LineAudio {
  readonly microphones: LineMicrophones
  readonly #deps: LineAudioDeps

  constructor(deps: LineAudioDeps) {
    this.#deps = deps
    this.microphones = new LineMicrophones({
      media: deps.media,
      onLost: (lineId) => void this.#replace(lineId).catch(() => undefined),
    })
  }

  /** A microphone for a line. Rejects with a PhoneError microphoneDenied or microphoneMissing. */
  async open(lineId: string): Promise<MediaStream> {
    try {
      return await this.microphones.open(lineId)
    } finally {
      this.#deps.onAsked()
    }
  }

  /** Every line that is up takes the microphone chosen now. */
  async replaceAll(): Promise<void> {
    for (const lineId of this.#deps.talking()) await this.#replace(lineId)
  }

  async #replace(lineId: string): Promise<void> {
    if (!this.#deps.talking().includes(lineId)) return
    const local = await this.open(lineId)
    try {
      await this.#deps.link.replaceMicrophone(lineId, local)
    } catch (error) {
      stopTracks(local)
      throw error
    }
  }
}
