import type { DeviceLists, MediaChoice, PhoneMedia, Tone } from '../media/media.ts'
import { PhoneError, type PhoneState } from '../phone.ts'

class FakeTrack extends EventTarget implements MediaStreamTrack {
  contentHint = ''
  enabled = true
  readonly id = 'track'
  readonly kind = 'audio'
  readonly label = 'Fake microphone'
  readonly muted = false
  onended = null
  onmute = null
  onunmute = null
  readyState: MediaStreamTrackState = 'live'
  async applyConstraints(): Promise<void> {}
  clone(): MediaStreamTrack {
    return new FakeTrack()
  }
  getCapabilities(): MediaTrackCapabilities {
    return {}
  }
  getConstraints(): MediaTrackConstraints {
    return {}
  }
  getSettings(): MediaTrackSettings {
    return {}
  }
  stop(): void {
    this.readyState = 'ended'
  }
}

/** A stream with one audio track. */
export class FakeStream extends EventTarget implements MediaStream {
  readonly active = true
  readonly id = 'stream'
  onaddtrack = null
  onremovetrack = null
  readonly #tracks: MediaStreamTrack[] = [new FakeTrack()]
  get stopped(): boolean {
    return this.#tracks.every((track) => track.readyState === 'ended')
  }
  addTrack(): void {}
  clone(): MediaStream {
    return new FakeStream()
  }
  getAudioTracks(): MediaStreamTrack[] {
    return this.#tracks
  }
  getTrackById(): MediaStreamTrack | null {
    return null
  }
  getTracks(): MediaStreamTrack[] {
    return this.#tracks
  }
  getVideoTracks(): MediaStreamTrack[] {
    return []
  }
  removeTrack(): void {}
}

/** Audio devices without any. */
export class FakeMedia implements PhoneMedia {
  state: PhoneState['microphone'] = 'granted'
  tone: Tone | null = null
  readonly opened: FakeStream[] = []
  lists: DeviceLists = { microphones: [], speakers: [] }
  choice: MediaChoice | null = null

  async openMicrophone(): Promise<MediaStream> {
    if (this.state === 'denied') throw new PhoneError('microphoneDenied', 'denied')
    if (this.state === 'missing') throw new PhoneError('microphoneMissing', 'missing')
    const stream = new FakeStream()
    this.opened.push(stream)
    return stream
  }

  async microphoneState(): Promise<PhoneState['microphone']> {
    return this.state
  }

  onChange(): () => void {
    return () => undefined
  }

  async listDevices(): Promise<DeviceLists> {
    return this.lists
  }

  choose(choice: MediaChoice): void {
    this.choice = choice
  }

  playCall(): void {}
  stopCall(): void {}

  playTone(tone: Tone | null): void {
    this.tone = tone
  }

  async ringOnce(): Promise<void> {}

  async watchLevel(): Promise<() => void> {
    return () => undefined
  }

  onBlocked(): () => void {
    return () => undefined
  }

  dispose(): void {
    this.tone = null
  }
}
