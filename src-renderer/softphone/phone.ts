/** The softphone as the screens see it. Everything SIP stays behind it, in `sip/`. */

/**
 * offline ─online→ connecting ─socket open→ connected ─REGISTER 200→ registered
 * any ─socket lost→ backingOff ─timer→ connecting; 401/403 after credentials → authFailed (stops until told to try again)
 */
export type LinkPhase = 'off' | 'offline' | 'connecting' | 'connected' | 'registered' | 'backingOff' | 'authFailed'

export type LinePhase = 'ringingIn' | 'dialing' | 'ringingOut' | 'connecting' | 'active' | 'held' | 'ended'

export interface Line {
  /** Ours, for the page's life. */
  readonly id: string
  readonly direction: 'inbound' | 'outbound'
  readonly phase: LinePhase
  /** The other side as SIP gave it. */
  readonly number: string
  readonly name: string
  /** Asterisk's Linkedid and the own channel's Uniqueid, when the dialplan sent them (X-CallSync-Call, X-CallSync-Leg). */
  readonly callId: string | null
  readonly legId: string | null
  readonly muted: boolean
  readonly startedAtMs: number
  readonly answeredAtMs: number | null
  /** Set with phase `ended`, for a few seconds before the line goes. */
  readonly endReason: EndReason | null
}

export type EndReason =
  | 'hungUp'
  | 'remoteHungUp'
  | 'rejected'
  | 'answeredElsewhere'
  | 'missed'
  | 'busy'
  | 'noAnswer'
  | 'notFound'
  | 'mediaFailed'
  | 'failed'

export interface PhoneState {
  readonly link: LinkPhase
  /** When the next attempt starts in `backingOff`. */
  readonly retryAtMs: number | null
  readonly microphone: 'unknown' | 'granted' | 'denied' | 'missing'
  readonly lines: readonly Line[]
  /** The line that is heard; null when none is up. */
  readonly activeId: string | null
}

export interface AudioDevice {
  readonly id: string
  readonly label: string
}

export interface PhoneActions {
  dial(number: string): Promise<void>
  answer(lineId: string): Promise<void>
  reject(lineId: string): Promise<void>
  hangUp(lineId: string): Promise<void>
  hold(lineId: string): Promise<void>
  resume(lineId: string): Promise<void>
  setMuted(lineId: string, muted: boolean): void
  /** One of 0-9 * # A-D. */
  sendDtmf(lineId: string, tone: string): Promise<void>
  /** REFER to a number; the own line ends when the PBX has taken the call over. */
  blindTransfer(lineId: string, number: string): Promise<void>
  /** Ask for the microphone (in answer to a click, so that the browser may prompt). */
  requestMicrophone(): Promise<void>
  listDevices(): Promise<{ microphones: AudioDevice[]; speakers: AudioDevice[] }>
  /** Remembered on this computer. null: the system's default. */
  chooseDevices(choice: { microphone?: string | null; speaker?: string | null; ringer?: string | null }): Promise<void>
  /** After authFailed, or at once while backing off. */
  reconnect(): void
}

/** A method rejects with this when the line is not in a phase for it, or the PBX refuses. */
export class PhoneError extends Error {
  override readonly name = 'PhoneError'
  readonly code: 'notConnected' | 'wrongPhase' | 'microphoneDenied' | 'microphoneMissing' | 'refused' | 'timedOut'

  constructor(code: PhoneError['code'], message: string) {
    super(message)
    this.code = code
  }
}
