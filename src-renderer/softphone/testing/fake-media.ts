import { matchDevice, microphoneUse } from '../media/device-choice.ts'
import type { DeviceLists, MediaChoice, MicrophoneUse, PhoneMedia, Tone } from '../media/media.ts'
import { type AudioDevice, PhoneError, type PhoneState } from '../phone.ts'

type Source = Pick<MediaDeviceInfo, 'deviceId' | 'groupId' | 'label'>

class FakeTrack extends EventTarget implements MediaStreamTrack {
  contentHint = ''
  enabled = true
  readonly id = 'track'
  readonly kind = 'audio'
  readonly label: string
  readonly muted = false
  onended = null
  onmute = null
  onunmute = null
  readyState: MediaStreamTrackState = 'live'
  readonly #source: Source | null
  constructor(source: Source | null) {
    super()
    this.#source = source
    this.label = source?.label ?? 'Fake microphone'
  }
  async applyConstraints(): Promise<void> {}
  clone(): MediaStreamTrack {
    return new FakeTrack(this.#source)
  }
  getCapabilities(): MediaTrackCapabilities {
    return {}
  }
  getConstraints(): MediaTrackConstraints {
    return {}
  }
  getSettings(): MediaTrackSettings {
    return this.#source === null ? {} : { deviceId: this.#source.deviceId, groupId: this.#source.groupId }
  }
  stop(): void {
    this.readyState = 'ended'
  }
  unplug(): void {
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }
}

/** A stream with one audio track. */
export class FakeStream extends EventTarget implements MediaStream {
  readonly active = true
  readonly id = 'stream'
  onaddtrack = null
  onremovetrack = null
  readonly #tracks: FakeTrack[]
  constructor(source: Source | null = null) {
    super()
    this.#tracks = [new FakeTrack(source)]
  }
  /** Its device is pulled out. */
  unplug(): void {
    for (const track of this.#tracks) track.unplug()
  }
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
  /** The id of the system's own microphone. */
  system: string | null = null
  /** Listed, but it does not open. */
  broken: string | null = null
  choice: MediaChoice | null = null
  #changed: () => void = () => undefined

  /** These are the microphones now. */
  plug(microphones: AudioDevice[], system: string | null = null): void {
    this.lists = { ...this.lists, microphones }
    this.system = system
    this.#changed()
  }

  async openMicrophone(): Promise<MediaStream> {
    if (this.state === 'denied') throw new PhoneError('microphoneDenied', 'denied')
    if (this.state === 'missing') throw new PhoneError('microphoneMissing', 'missing')
    const stream = new FakeStream(this.#source())
    this.opened.push(stream)
    return stream
  }

  async microphoneState(): Promise<PhoneState['microphone']> {
    return this.state
  }

  async microphoneUse(local: MediaStream): Promise<MicrophoneUse> {
    const [track] = local.getAudioTracks()
    if (track === undefined) throw new Error('a stream without a track')
    return microphoneUse(track, this.choice?.microphone ?? null, this.#listed())
  }

  onChange(listener: () => void): () => void {
    this.#changed = listener
    return () => undefined
  }

  #listed(): Source[] {
    const microphones = this.lists.microphones.map(({ id, label }) => ({ deviceId: id, groupId: `of ${id}`, label }))
    const system = microphones.find(({ deviceId }) => deviceId === this.system)
    return system ? [{ ...system, deviceId: 'default' }, ...microphones] : microphones
  }

  /** As a browser opens the chosen one, and any other where that fails. */
  #source(): Source | null {
    const listed = this.#listed()
    const open = listed.filter(({ groupId }) => groupId !== `of ${this.broken}`)
    const wanted = matchDevice(this.choice?.microphone ?? null, this.lists.microphones)
    return open.find(({ deviceId }) => deviceId === wanted?.id) ?? open[0] ?? null
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
