import ringUrl from '../../../resources/sounds/ring.ogg'
import ringbackUrl from '../../../resources/sounds/ringback.ogg'
import waitingUrl from '../../../resources/sounds/waiting.ogg'
import { type AudioDevice, PhoneError, type PhoneState } from '../phone.ts'
import { isAlias, matchDevice, microphoneUse } from './device-choice.ts'
import type { DeviceLists, MediaChoice, MicrophoneUse, PhoneMedia, Tone } from './media.ts'
import { meterShare } from './meter-share.ts'

const toneUrls = { ring: ringUrl, waiting: waitingUrl, ringback: ringbackUrl } as const satisfies Record<Tone, string>

const isRefusal = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'SecurityError')

/** PhoneMedia on the browser's devices and audio elements. */
export class BrowserMedia implements PhoneMedia {
  #choice: MediaChoice
  readonly #calls = new Map<string, HTMLAudioElement>()
  readonly #tones = new Map<Tone, HTMLAudioElement>()
  readonly #blockedListeners = new Set<(blocked: boolean) => void>()
  #tone: Tone | null = null
  #blocked = false
  readonly #unlock = () => void this.#tryUnlock()

  constructor(choice: MediaChoice) {
    this.#choice = choice
    for (const [tone, url] of Object.entries(toneUrls)) {
      const element = new Audio(url)
      element.loop = true
      element.preload = 'auto'
      if (tone === 'ring' || tone === 'waiting' || tone === 'ringback') this.#tones.set(tone, element)
    }
    void this.#tryUnlock()
    void this.#applyDevices()
  }

  async openMicrophone(): Promise<MediaStream> {
    if (navigator.mediaDevices === undefined) throw new PhoneError('microphoneMissing', 'This page may not use a microphone')
    // Listing costs time that somebody may be waiting: only for a chosen one, whose id may have changed.
    const wanted = this.#choice.microphone
    const device = wanted && matchDevice(wanted, (await this.listDevices()).microphones)
    const { noiseSuppression } = this.#choice
    const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression, autoGainControl: true }
    const open = (choice: MediaTrackConstraints) => navigator.mediaDevices.getUserMedia({ audio: { ...audio, ...choice } })
    try {
      if (device === null) return await open({})
      // Exactly that one: Chromium puts its own favourite before a device that is merely preferred.
      return await open({ deviceId: { exact: device.id } }).catch((error: unknown) => {
        if (isRefusal(error)) throw error
        // Pulled out meanwhile, or held by another program: any microphone is better than none.
        return open({})
      })
    } catch (error) {
      if (isRefusal(error)) throw new PhoneError('microphoneDenied', 'The microphone is not allowed')
      throw new PhoneError('microphoneMissing', 'No microphone could be opened')
    }
  }

  async microphoneUse(local: MediaStream): Promise<MicrophoneUse> {
    const [track] = local.getAudioTracks()
    if (track === undefined) return { label: '', standing: 'absent', listed: false }
    const present = (await navigator.mediaDevices?.enumerateDevices()) ?? []
    return microphoneUse(
      track,
      this.#choice.microphone,
      present.filter(({ kind }) => kind === 'audioinput'),
    )
  }

  async microphoneState(): Promise<PhoneState['microphone']> {
    if (navigator.mediaDevices === undefined) return 'missing'
    const permission = await navigator.permissions.query({ name: 'microphone' }).catch(() => null)
    if (permission?.state === 'denied') return 'denied'
    const devices = await navigator.mediaDevices.enumerateDevices()
    if (!devices.some((device) => device.kind === 'audioinput')) return 'missing'
    return permission?.state === 'granted' ? 'granted' : 'unknown'
  }

  onChange(listener: () => void): () => void {
    const devices = navigator.mediaDevices
    const changed = () => {
      void this.#applyDevices()
      listener()
    }
    devices?.addEventListener('devicechange', changed)
    let permission: PermissionStatus | null = null
    let disposed = false
    void navigator.permissions
      .query({ name: 'microphone' })
      .then((status) => {
        if (disposed) return
        permission = status
        status.addEventListener('change', changed)
      })
      .catch(() => undefined)
    return () => {
      disposed = true
      devices?.removeEventListener('devicechange', changed)
      permission?.removeEventListener('change', changed)
    }
  }

  async listDevices(): Promise<DeviceLists> {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? []
    const of = (kind: MediaDeviceKind): AudioDevice[] =>
      devices
        // Of the aliases null already means "default" here.
        .filter((device) => device.kind === kind && device.deviceId !== '' && !isAlias(device))
        .map((device) => ({ id: device.deviceId, label: device.label }))
    return { microphones: of('audioinput'), speakers: of('audiooutput') }
  }

  choose(choice: MediaChoice): void {
    this.#choice = choice
    void this.#applyDevices()
  }

  playCall(callId: string, stream: MediaStream): void {
    const known = this.#calls.get(callId)
    if (known?.srcObject === stream) return
    const element = known ?? new Audio()
    element.autoplay = true
    element.srcObject = stream
    this.#calls.set(callId, element)
    void this.#applyDevices()
    void element.play().catch(() => undefined)
  }

  stopCall(callId: string): void {
    const element = this.#calls.get(callId)
    if (!element) return
    element.srcObject = null
    this.#calls.delete(callId)
  }

  playTone(tone: Tone | null): void {
    if (tone === this.#tone) return
    this.#tone = tone
    for (const [name, element] of this.#tones) {
      if (name === tone) continue
      element.pause()
      element.currentTime = 0
    }
    const element = tone === null ? undefined : this.#tones.get(tone)
    if (element) void this.#play(element)
  }

  async ringOnce(): Promise<void> {
    const element = new Audio(ringUrl)
    element.volume = this.#choice.ringerVolume
    await this.#sink(element, this.#choice.ringer)
    await element.play()
  }

  async watchLevel(onLevel: (level: number) => void): Promise<() => void> {
    const stream = await this.openMicrophone()
    const context = new AudioContext()
    void context.resume()
    const analyser = context.createAnalyser()
    analyser.fftSize = 1024
    context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
      onLevel(meterShare(Math.sqrt(power)))
    }, 60)
    return () => {
      clearInterval(timer)
      for (const track of stream.getTracks()) track.stop()
      void context.close()
    }
  }

  onBlocked(listener: (blocked: boolean) => void): () => void {
    this.#blockedListeners.add(listener)
    listener(this.#blocked)
    return () => this.#blockedListeners.delete(listener)
  }

  dispose(): void {
    this.playTone(null)
    for (const callId of [...this.#calls.keys()]) this.stopCall(callId)
    this.#setBlocked(false)
    this.#blockedListeners.clear()
  }

  async #applyDevices(): Promise<void> {
    for (const [tone, element] of this.#tones) {
      element.volume = tone === 'ringback' ? this.#choice.callVolume : this.#choice.ringerVolume
    }
    for (const element of this.#calls.values()) element.volume = this.#choice.callVolume
    for (const [tone, element] of this.#tones) {
      await this.#sink(element, tone === 'ringback' ? this.#choice.speaker : this.#choice.ringer)
    }
    for (const element of this.#calls.values()) await this.#sink(element, this.#choice.speaker)
  }

  /** Falls back to the system's default: a call without sound is worse than one from the wrong speaker. */
  async #sink(element: HTMLAudioElement, wanted: AudioDevice | null): Promise<void> {
    if (typeof element.setSinkId !== 'function') return
    const { speakers } = await this.listDevices()
    const sink = matchDevice(wanted, speakers)?.id ?? ''
    if (element.sinkId === sink) return
    await element.setSinkId(sink).catch(() => element.setSinkId('').catch(() => undefined))
  }

  async #play(element: HTMLAudioElement): Promise<void> {
    try {
      await element.play()
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#setBlocked(true)
    }
  }

  /** Plays nothing aloud: only asks the browser whether it would let us. */
  async #tryUnlock(): Promise<void> {
    const element = new Audio(ringUrl)
    element.volume = 0
    try {
      await element.play()
      element.pause()
      this.#setBlocked(false)
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#setBlocked(true)
    }
    const tone = this.#tone === null ? undefined : this.#tones.get(this.#tone)
    if (!this.#blocked && tone?.paused) void tone.play().catch(() => undefined)
  }

  #setBlocked(blocked: boolean): void {
    if (blocked === this.#blocked) return
    this.#blocked = blocked
    const change = blocked ? 'addEventListener' : 'removeEventListener'
    window[change]('pointerdown', this.#unlock)
    window[change]('keydown', this.#unlock)
    for (const listener of this.#blockedListeners) listener(blocked)
  }
}
