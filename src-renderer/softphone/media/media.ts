import type { AudioDevice, PhoneState } from '../phone.ts'

export interface DeviceLists {
  readonly microphones: AudioDevice[]
  readonly speakers: AudioDevice[]
}

/** Which microphone a call has. */
export interface MicrophoneUse {
  /** As people call it; empty where the browser does not say. */
  readonly label: string
  /** `wanted`: the chosen one, or the system's own where none was chosen. `absent`: that one is not there. `back`: it is there, and another is used. */
  readonly standing: 'wanted' | 'absent' | 'back'
  /** It is plugged in. */
  readonly listed: boolean
}

/** Which sound asks for attention. `waiting`: a second call while talking; `ringback`: the other side rings. */
export type Tone = 'ring' | 'waiting' | 'ringback'

export interface MediaChoice {
  readonly microphone: AudioDevice | null
  readonly speaker: AudioDevice | null
  readonly ringer: AudioDevice | null
  readonly callVolume: number
  readonly ringerVolume: number
  readonly noiseSuppression: boolean
}

/** Everything of the phone that touches audio devices, so that its rules can be tried without any. */
export interface PhoneMedia {
  /** A fresh microphone stream for one call. Rejects with a PhoneError microphoneDenied or microphoneMissing. */
  openMicrophone(): Promise<MediaStream>
  /** Which microphone this stream, opened here, comes from. */
  microphoneUse(local: MediaStream): Promise<MicrophoneUse>
  /** What is known without asking. */
  microphoneState(): Promise<PhoneState['microphone']>
  /** Permission was given or withdrawn, or devices came or went. */
  onChange(listener: () => void): () => void
  listDevices(): Promise<DeviceLists>
  /** Applies to everything that plays from now on, and to what plays now. */
  choose(choice: MediaChoice): void
  playCall(callId: string, stream: MediaStream): void
  stopCall(callId: string): void
  /** At most one tone sounds; null is silence. */
  playTone(tone: Tone | null): void
  ringOnce(): Promise<void>
  watchLevel(onLevel: (level: number) => void): Promise<() => void>
  /** The browser refuses sound before the first click or key in the page. */
  onBlocked(listener: (blocked: boolean) => void): () => void
  dispose(): void
}
