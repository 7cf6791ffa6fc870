import type { PbxStatus } from '../contract/live.ts'
import type { ConnectionCheck } from '../contract/settings.ts'
import type { AmiEvent } from './ami-event.ts'
import type { PbxChange, PbxState } from './pbx-state.ts'

export type Disposer = () => void

/** Address and login of one Asterisk's manager interface. */
export interface AmiAccount {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly secret: string
}

export interface OriginateRequest {
  /** Which Asterisk calls; absent: the first. */
  readonly server?: string
  /** e.g. `Local/s@demo-customer` */
  readonly channel: string
  readonly context: string
  readonly exten: string
  readonly callerNumber: string
  readonly callerName: string
  readonly variables?: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Unique ids for the two halves of a Local channel: the one that goes to `exten`, then the other. */
  readonly halves?: readonly [string, string]
  /** Unique id for a channel that is no Local one. */
  readonly uniqueid?: string
}

export interface PauseRequest {
  readonly endpoint: string
  readonly paused: boolean
  readonly reason: string | null
  readonly queues?: readonly string[]
}

/** Where a channel goes: the first step of a dialplan extension. */
export interface DialplanPlace {
  readonly context: string
  readonly exten: string
}

/** A queue's member by endpoint. */
export interface MembershipRequest {
  readonly queue: string
  readonly endpoint: string
}

/** Commands reject with a TelephonyError when the link is down, Asterisk refuses, or nothing answers in time. */
export interface TelephonyCommands {
  /** In these queues, or in every queue the endpoint is a member of. */
  pauseMember(request: PauseRequest): Promise<void>
  originate(request: OriginateRequest): Promise<void>
  /** Takes a channel out of its call to another place; with `extra` that one too, in the same step, so that neither is hung up. */
  redirect(request: { channel: string; place: DialplanPlace; extra?: string }): Promise<void>
  /** Hands the other side of this channel's call of two over, as its phone would; the channel is hung up. */
  transfer(request: { channel: string; place: DialplanPlace }): Promise<void>
  hangUp(channel: string): Promise<void>
  setVariable(request: { channel: string; name: string; value: string }): Promise<void>
  variable(name: string, channel: string): Promise<string>
  /** The value of a function that needs no channel. */
  globalVariable(name: string, server: string): Promise<string>
  /** Silence, in both directions, in what MixMonitor writes of this channel. */
  muteRecording(request: { channel: string; muted: boolean }): Promise<void>
  addMember(request: MembershipRequest & { penalty: number; name: string }): Promise<void>
  removeMember(request: MembershipRequest): Promise<void>
}

/** A channel as commands address it: what `PbxState` leaves out, halves of Local pairs included. */
export interface PbxChannel {
  readonly uniqueid: string
  readonly name: string
  readonly endpoint: string | null
  readonly linkedid: string
  readonly bridge: string | null
  /** `spy`: a supervisor's phone that this server sent to hear a call. */
  readonly kind: 'leg' | 'local' | 'spy'
  readonly recording: 'none' | 'on' | 'paused'
}

/**
 * Asterisk: its live state and what can be asked of it. Several servers are one here: names and ids tell which one they are of
 * (`serverOf`), and a command goes to the server of what it is about.
 */
export interface Telephony {
  readonly commands: TelephonyCommands
  state(): PbxState
  /** By uniqueid. */
  channels(): ReadonlyMap<string, PbxChannel>
  /** Of one server; without one, of the server that is worst off. */
  status(server?: string): PbxStatus
  /**
   * Called after each event or snapshot of one server with everything it changed (an empty list only with `healed`: nothing of
   * this server goes on but what the state has). `healed` is true for a
   * snapshot: what happened in between is known only by its end. While that server's `status` is not `up` that is the time the
   * link was away; otherwise the snapshot is one of those taken now and then, and it was a moment.
   */
  onChange(listener: (changes: readonly PbxChange[], healed: boolean, server: string) => void): Disposer
  /** The status is that server's own. */
  onStatus(listener: (status: PbxStatus, server: string) => void): Disposer
  /** Everything a server says, in its own words and order and before the changes it makes; never an empty list. */
  onEvents(listener: (events: readonly AmiEvent[], server: string) => void): Disposer
  stop(): Promise<void>
}

/** One Asterisk. */
export interface OneTelephony extends Telephony {
  /** Connect with this account from now on, replacing any other; null disconnects. */
  use(account: AmiAccount | null): void
}

/** As many as are used. */
export interface SeveralTelephony extends Telephony {
  /**
   * Connect to this server with this account from now on; null: it is none of the servers any more, and whatever still goes on of
   * it for anybody is over. The others notice nothing.
   */
  use(server: string, account: AmiAccount | null): void
}

/**
 * Try an account step by step, leaving nothing open behind it. With a `socketUrl` the softphones' WebSocket is the
 * last step, as the server reaches it.
 */
export type TestConnection = (
  account: AmiAccount,
  socketUrl?: string,
) => Promise<{
  checks: ConnectionCheck[]
  endpoints: string[]
  queues: string[]
}>
