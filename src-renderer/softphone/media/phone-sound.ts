import type { AudioSettings, PhoneActions } from '../phone.ts'
import type { PhoneStore } from '../phone-store.ts'
import { chosenDevices } from './device-choice.ts'
import { stopTracks } from './line-microphones.ts'
import type { PhoneMedia } from './media.ts'

export interface PhoneSoundDeps {
  readonly media: PhoneMedia
  readonly store: PhoneStore
  readonly storeAudio: (settings: AudioSettings) => void
  /** Another window of this computer chose; returns its disposer. */
  readonly onAudioStored: (listener: (settings: AudioSettings) => void) => () => void
  /** The microphone is another one, or opened another way: lines that are up change to it. */
  readonly onMicrophone?: () => Promise<void>
  /** Devices came or went, or a permission did. */
  readonly onDevices?: () => void
}

type Actions = Pick<
  PhoneActions,
  'requestMicrophone' | 'listDevices' | 'chooseDevices' | 'setAudio' | 'setNoiseSuppression' | 'testRinger' | 'watchMicrophone'
>

/** Devices and volumes of this computer: a part of the phone, and all there is of it in a window that only sets them. */
export class PhoneSound implements Actions {
  readonly #deps: PhoneSoundDeps
  readonly #disposers: (() => void)[] = []

  constructor(deps: PhoneSoundDeps) {
    this.#deps = deps
  }

  start(): void {
    const { media, store, onAudioStored, onDevices } = this.#deps
    this.#disposers.push(
      media.onChange(() => {
        void this.readMicrophone()
        onDevices?.()
      }),
      media.onBlocked((ringerBlocked) => store.setState({ ringerBlocked })),
      // A microphone that cannot be opened leaves the call on the one it has.
      onAudioStored((audio) => void this.#use(audio).catch(() => undefined)),
    )
    void this.readMicrophone()
  }

  stop(): void {
    for (const dispose of this.#disposers.splice(0)) dispose()
    this.#deps.media.dispose()
  }

  async requestMicrophone(): Promise<void> {
    try {
      stopTracks(await this.#deps.media.openMicrophone())
    } finally {
      await this.readMicrophone()
    }
  }

  listDevices(): ReturnType<PhoneActions['listDevices']> {
    return this.#deps.media.listDevices()
  }

  async chooseDevices(choice: Parameters<PhoneActions['chooseDevices']>[0]): Promise<void> {
    const present = await this.#deps.media.listDevices()
    const { audio } = this.#deps.store.getState()
    await this.#change({ ...audio, ...chosenDevices(audio, choice, present) })
  }

  setAudio(change: Parameters<PhoneActions['setAudio']>[0]): void {
    void this.#change({ ...this.#deps.store.getState().audio, ...change })
  }

  setNoiseSuppression(on: boolean): Promise<void> {
    return this.#change({ ...this.#deps.store.getState().audio, noiseSuppression: on })
  }

  testRinger(): Promise<void> {
    return this.#deps.media.ringOnce()
  }

  watchMicrophone(onLevel: (level: number) => void): ReturnType<PhoneActions['watchMicrophone']> {
    return this.#deps.media.watchLevel(onLevel).finally(() => void this.readMicrophone())
  }

  async readMicrophone(): Promise<void> {
    this.#deps.store.setState({ microphone: await this.#deps.media.microphoneState() })
  }

  #change(audio: AudioSettings): Promise<void> {
    this.#deps.storeAudio(audio)
    return this.#use(audio)
  }

  async #use(audio: AudioSettings): Promise<void> {
    const { store, media, onMicrophone } = this.#deps
    const before = store.getState().audio
    store.setState({ audio })
    media.choose(audio)
    const sameMicrophone = audio.microphone?.id === before.microphone?.id && audio.noiseSuppression === before.noiseSuppression
    if (!sameMicrophone) await onMicrophone?.()
  }
}
