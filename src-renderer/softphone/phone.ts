/** The softphone as the screens see it. Everything SIP stays behind it, in `sip/`. */

/**
 * offline ─online→ connecting ─socket open→ connected ─REGISTER 200→ registered
 * any ─socket lost→ backingOff ─timer→ connecting; 401/403 after credentials → authFailed (stops until told to try again)
 */
export type LinkPhase = 'off' | 'offline' | 'connecting' | 'connected' | 'registered' | 'backingOff' | 'authFailed'

export type LinePhase = 'ringingIn' | 'dialing' | 'ringingOut' | 'connecting' | 'active' | 'held' | 'ended'

export interface Line {
  /** Ours, for the call's life, through every page and leg. */
  readonly id: string
  readonly direction: 'inbound' | 'outbound'
  readonly phase: LinePhase
  /** The other side as SIP gave it; after a transfer to us, as the call's card has it. */
  readonly number: string
  readonly name: string
  /**
   * Asterisk's Linkedid and the own channel's Uniqueid, when the dialplan sent them (X-CallSync-Call, X-CallSync-Leg).
   * A call that was moved to another connection has another leg, which only its card knows: `legId` is null then.
   */
  readonly callId: string | null
  readonly legId: string | null
  /** The server's card of this call, once they have met: the same through every leg and call the PBX makes of it. */
  readonly cardId: string | null
  readonly muted: boolean
  /**
   * Something is wrong for longer than an instant; the call stands. The way to the PBX is broken: `signal` the talk goes on,
   * `sound` nothing is heard. `ownHold`: the phone held the call after a move, and the PBX has not taken it off hold yet.
   */
  readonly trouble: 'signal' | 'sound' | 'ownHold' | null
  /** Rings, but the socket it came by is gone: a CANCEL may have been lost with it. */
  readonly unsure: boolean
  readonly startedAtMs: number
  readonly answeredAtMs: number | null
  /** Set with phase `ended`, for a few seconds before the line goes. */
  readonly endReason: EndReason | null
  /** Digits behind the number that was dialled, to be sent as tones when the other side asks for them. */
  readonly extension: string | null
}

/** What a line learns of its card: the PBX joins calls, and tells the phone nothing of it. */
export type LearntOfCard = Pick<Line, 'cardId' | 'callId' | 'number' | 'name'>

/** An attended transfer under way. `completing`: the PBX has been asked and has not answered. */
export interface Consultation {
  readonly callerId: string
  readonly targetId: string
  readonly step: 'asking' | 'completing'
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
  /** It was over when the phone came back from an outage; nobody can tell who hung up. */
  | 'endedWhileAway'
  | 'failed'
  /** Its two sides talk to each other, or to somebody else, without us. */
  | 'transferred'
  /** Its other side is in the conference on another line. */
  | 'movedToConference'
  /** Its other side hears an announcement to the end and is hung up then. */
  | 'leftToAnnouncement'

/** A call that rang, here or at the other side, when its page went: only those that are up outlive a page. */
export interface GivenUpCall {
  /** The page could tell nobody that it goes: whoever was called may still be rung. */
  readonly crashed: boolean

  readonly direction: 'inbound' | 'outbound'
  readonly number: string
  readonly extension: string | null
}

export interface PhoneState {
  readonly link: LinkPhase
  /** When the next attempt starts in `backingOff`, or the next REGISTER in `connected`. */
  readonly retryAtMs: number | null
  /** Who has the extension in place of this phone, which is off until `takeOver`: another page of this computer, or the phone of another one. */
  readonly elsewhere: 'page' | 'computer' | null
  readonly microphone: 'unknown' | 'granted' | 'denied' | 'missing'
  /** In the call that is on; null: the wanted microphone is used. */
  readonly substitute: MicrophoneSubstitute | null
  /** The browser keeps the ringer silent until the person clicks or presses a key in the page. */
  readonly ringerBlocked: boolean
  readonly audio: AudioSettings
  readonly lines: readonly Line[]
  /** The line that is heard; null when none is up. */
  readonly activeId: string | null
  readonly consultation: Consultation | null
  /** Of the page before this one; gone after a minute, or with the next call to or from there. */
  readonly givenUp: GivenUpCall | null
}

/** Two microphones as people call them: `used` is talked into until `missing` is back. Empty where the browser does not say. */
export interface MicrophoneSubstitute {
  readonly missing: string
  readonly used: string
}

export interface AudioDevice {
  readonly id: string
  readonly label: string
}

/** Remembered on this computer. A device of null: the system's default. */
export interface AudioSettings {
  readonly microphone: AudioDevice | null
  readonly speaker: AudioDevice | null
  readonly ringer: AudioDevice | null
  /** 0..1, apart from each other. */
  readonly callVolume: number
  readonly ringerVolume: number
  /** A second call while talking is heard, with the ringer's volume; it is seen in any case. */
  readonly waitingTone: boolean
  readonly dtmf: 'rfc4733' | 'info'
  readonly noiseSuppression: boolean
}

/** Running totals of one call's media, from its start. */
export interface CallStats {
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly packetsLost: number
  readonly jitterMs: number
  readonly roundTripMs: number | null
  /** 0..1 of what we sent, by the PBX's last report; null without one. */
  readonly lossSent: number | null
  /** 0..1 */
  readonly levelIn: number
  readonly levelOut: number
  /** Sum of squared level × time: grows only when there is sound. */
  readonly energyIn: number
  readonly energyOut: number
  readonly codec: string | null
}

export interface PhoneActions {
  /** `extension`: offered as tones once the call is answered. */
  dial(number: string, extension?: string | null): Promise<void>
  answer(lineId: string): Promise<void>
  /** Ends the call that is on and answers this one. */
  endAndAnswer(lineId: string): Promise<void>
  reject(lineId: string): Promise<void>
  /** Somebody who knows saw this call end: an `unsure` line stops ringing, as missed. */
  stopRinging(lineId: string): void
  hangUp(lineId: string): Promise<void>
  hold(lineId: string): Promise<void>
  resume(lineId: string): Promise<void>
  setMuted(lineId: string, muted: boolean): void
  /** One of 0-9 * # A-D. */
  sendDtmf(lineId: string, tone: string): Promise<void>
  /** REFER to a number; the own line ends when the PBX has taken the call over. */
  blindTransfer(lineId: string, number: string): Promise<void>
  /** Holds the caller and dials the one to be asked; `extension` as in `dial`. */
  consult(callerLineId: string, number: string, extension?: string | null): Promise<void>
  /** Both lines end when the caller and the target talk to each other. */
  completeTransfer(callerLineId: string): Promise<void>
  /** Ends the call with the target; the caller is taken off hold. */
  backToCaller(callerLineId: string): Promise<void>
  /** The line is about to be ended by the PBX for this reason; null when it is not after all. */
  expectEnd(lineId: string, reason: EndReason | null): void
  learn(lineId: string, learnt: LearntOfCard): void
  /** Sends the line's extension as tones. */
  sendExtension(lineId: string): Promise<void>
  /** Ask for the microphone (in answer to a click, so that the browser may prompt). */
  requestMicrophone(): Promise<void>
  listDevices(): Promise<{ microphones: AudioDevice[]; speakers: AudioDevice[] }>
  /** Remembered on this computer. null: the system's default. */
  chooseDevices(choice: { microphone?: string | null; speaker?: string | null; ringer?: string | null }): Promise<void>
  /** Volumes (0..1) and how keypad tones are sent. */
  setAudio(change: Partial<Pick<AudioSettings, 'callVolume' | 'ringerVolume' | 'waitingTone' | 'dtmf'>>): void
  /** For the calls that are on, too. */
  setNoiseSuppression(on: boolean): Promise<void>
  /** Plays the ringer once, or the level of the microphone (0..1) until disposed. */
  testRinger(): Promise<void>
  watchMicrophone(onLevel: (level: number) => void): Promise<() => void>
  /** null when the line has no media. */
  stats(lineId: string): Promise<CallStats | null>
  /** Takes the extension from the other page or computer. */
  takeOver(): void
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
