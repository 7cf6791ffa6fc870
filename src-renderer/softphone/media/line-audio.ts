import type { Clock } from '../../platform/clock.ts'
import type { AudioDevice, MicrophoneSubstitute } from '../phone.ts'
import type { SipLink } from '../sip/sip-link.ts'
import { LineMicrophones, stopTracks } from './line-microphones.ts'
import type { MicrophoneUse, PhoneMedia } from './media.ts'

export interface LineAudioDeps {
  readonly link: Pick<SipLink, 'replaceMicrophone'>
  readonly media: PhoneMedia
  readonly clock: Pick<Clock, 'after'>
  /** Lines whose microphone is in use. */
  readonly talking: () => readonly string[]
  /** The chosen microphone; null: the system's own. */
  readonly wanted: () => AudioDevice | null
  /** A microphone was asked for: what the browser allows may be known now. */
  readonly onAsked: () => void
  /** Another microphone than the wanted one is talked into; null: none is. */
  readonly onSubstitute: (substitute: MicrophoneSubstitute | null) => void
}

/** A headset that was just plugged in may need a moment before it opens. */
const againMs = [1_000, 3_000]

/** Which line has which microphone, also while devices come and go. Nothing of it is told to the PBX: only the track changes. */
export class LineAudio {
  readonly microphones: LineMicrophones
  readonly #deps: LineAudioDeps
  /** What the microphone of a line was last known to be called. */
  readonly #labels = new Map<string, string>()
  /** The one a line lost. */
  readonly #lost = new Map<string, string>()
  #working: Promise<unknown> = Promise.resolve()
  #stopAgain: (() => void) | null = null

  constructor(deps: LineAudioDeps) {
    this.#deps = deps
    this.microphones = new LineMicrophones({ media: deps.media, onLost: (lineId) => this.#onLost(lineId) })
  }

  stop(): void {
    this.#stopAgain?.()
    this.#stopAgain = null
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
  replaceAll(): Promise<void> {
    return this.#serially(async () => {
      for (const lineId of this.#deps.talking()) await this.#replace(lineId)
      await this.#tell()
    })
  }

  /** A talk began or ended: says what is talked into. */
  look(): void {
    void this.#serially(() => this.#tell())
  }

  /** Devices came or went: a line that had to do without the wanted microphone takes it again. */
  follow(): void {
    this.stop()
    void this.#serially(() => this.#follow(0))
  }

  async #follow(attempt: number): Promise<void> {
    let late = false
    for (const lineId of this.#deps.talking()) {
      const use = await this.#microphoneOf(lineId)
      if (use?.standing !== 'back') continue
      if (!use.listed) this.#lose(lineId)
      await this.#replace(lineId).catch(() => undefined)
      late ||= (await this.#microphoneOf(lineId))?.standing === 'back'
    }
    await this.#tell()
    const delayMs = againMs[attempt]
    if (!late || delayMs === undefined) return
    this.#stopAgain = this.#deps.clock.after(delayMs, () => void this.#serially(() => this.#follow(attempt + 1)))
  }

  #onLost(lineId: string): void {
    this.#lose(lineId)
    void this.#serially(async () => {
      // The news of the device may have come before that of the track.
      if (!this.#isHeard(lineId)) await this.#replace(lineId).catch(() => undefined)
      await this.#tell()
    })
  }

  #lose(lineId: string): void {
    this.#lost.set(lineId, this.#labels.get(lineId) ?? '')
  }

  async #tell(): Promise<void> {
    const talking = this.#deps.talking()
    for (const known of [this.#labels, this.#lost])
      for (const lineId of known.keys()) if (!talking.includes(lineId)) known.delete(lineId)
    let substitute: MicrophoneSubstitute | null = null
    for (const lineId of talking) {
      const use = this.#isHeard(lineId) ? await this.#microphoneOf(lineId) : null
      if (use === null) continue
      this.#labels.set(lineId, use.label)
      const missing = this.#missing(lineId, use)
      if (missing !== null) substitute ??= { missing, used: use.label }
    }
    this.#deps.onSubstitute(substitute)
  }

  /** What the line's microphone stands in for; null: it is the right one. */
  #missing(lineId: string, { label, standing }: MicrophoneUse): string | null {
    const wanted = this.#deps.wanted()
    if (wanted !== null) return standing === 'wanted' ? null : wanted.label
    if (this.#lost.get(lineId) === label) this.#lost.delete(lineId)
    return this.#lost.get(lineId) ?? null
  }

  #isHeard(lineId: string): boolean {
    return this.microphones.usedBy(lineId)?.getAudioTracks()[0]?.readyState === 'live'
  }

  async #microphoneOf(lineId: string): Promise<MicrophoneUse | null> {
    const local = this.microphones.usedBy(lineId)
    return local ? this.#deps.media.microphoneUse(local) : null
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

  /** A loss and the news of it come together, each with a device to open. */
  #serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#working.then(work)
    this.#working = result.catch(() => undefined)
    return result
  }
}
