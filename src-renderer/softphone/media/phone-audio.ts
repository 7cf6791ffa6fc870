import type { AudioSettings, PhoneActions } from '../phone.ts'
import type { PhoneStore } from '../phone-store.ts'
import type { SipLink } from '../sip/sip-link.ts'
import { chosenDevices } from './device-choice.ts'
import { LineMicrophones, stopTracks } from './line-microphones.ts'
import type { PhoneMedia } from './media.ts'

export interface PhoneAudioDeps {
  readonly link: Pick<SipLink, 'replaceMicrophone'>
  readonly media: PhoneMedia
  readonly store: PhoneStore
  readonly storeAudio: (settings: AudioSettings) => void
  /** Lines whose microphone is in use. */
  readonly talking: () => readonly string[]
}

type AudioActions = Pick<
  PhoneActions,
  'requestMicrophone' | 'chooseDevices' | 'setAudio' | 'setNoiseSuppression' | 'watchMicrophone'
>

/** The phone's devices: which are chosen, which line has which microphone. */
export class PhoneAudio implements AudioActions {
  readonly microphones: LineMicrophones
  readonly #deps: PhoneAudioDeps

  constructor(deps: PhoneAudioDeps) {
    this.#deps = deps
    this.microphones = new LineMicrophones({
      media: deps.media,
      onLost: (lineId) => void this.#replaceMicrophone(lineId).catch(() => undefined),
    })
  }

  /** A microphone for a line; what became of the permission is told beside it. */
  async openMicrophone(lineId: string): Promise<MediaStream> {
    try {
      return await this.microphones.open(lineId)
    } finally {
      void this.readMicrophone()
    }
  }

  async readMicrophone(): Promise<void> {
    this.#deps.store.setState({ microphone: await this.#deps.media.microphoneState() })
  }

  async requestMicrophone(): Promise<void> {
    try {
      stopTracks(await this.#deps.media.openMicrophone())
    } finally {
      await this.readMicrophone()
    }
  }

  async chooseDevices(choice: Parameters<PhoneActions['chooseDevices']>[0]): Promise<void> {
    const present = await this.#deps.media.listDevices()
    const before = this.#deps.store.getState().audio
    const chosen = chosenDevices(before, choice, present)
    this.#set({ ...before, ...chosen })
    if (chosen.microphone?.id !== before.microphone?.id) await this.#replaceMicrophones()
  }

  setAudio(change: Partial<Pick<AudioSettings, 'callVolume' | 'ringerVolume' | 'dtmf'>>): void {
    this.#set({ ...this.#deps.store.getState().audio, ...change })
  }

  async setNoiseSuppression(on: boolean): Promise<void> {
    this.#set({ ...this.#deps.store.getState().audio, noiseSuppression: on })
    await this.#replaceMicrophones()
  }

  watchMicrophone(onLevel: (level: number) => void): ReturnType<PhoneActions['watchMicrophone']> {
    return this.#deps.media.watchLevel(onLevel).finally(() => void this.readMicrophone())
  }

  async #replaceMicrophones(): Promise<void> {
    for (const lineId of this.#deps.talking()) await this.#replaceMicrophone(lineId)
  }

  async #replaceMicrophone(lineId: string): Promise<void> {
    if (!this.#deps.talking().includes(lineId)) return
    const local = await this.openMicrophone(lineId)
    try {
      await this.#deps.link.replaceMicrophone(lineId, local)
    } catch (error) {
      stopTracks(local)
      throw error
    }
  }

  #set(audio: AudioSettings): void {
    this.#deps.store.setState({ audio })
    this.#deps.storeAudio(audio)
    this.#deps.media.choose(audio)
  }
}
