import type { PbxStatus } from '../contract/live.ts'
import type { ConnectionCheck } from '../contract/settings.ts'
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
  /** e.g. `Local/s@demo-customer` */
  readonly channel: string
  readonly context: string
  readonly exten: string
  readonly callerNumber: string
  readonly callerName: string
  readonly variables?: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

export interface PauseRequest {
  readonly endpoint: string
  readonly paused: boolean
  readonly reason: string | null
  readonly queues?: readonly string[]
}

/** Commands reject with a TelephonyError when the link is down, Asterisk refuses, or nothing answers in time. */
export interface TelephonyCommands {
  /** In these queues, or in every queue the endpoint is a member of. */
  pauseMember(request: PauseRequest): Promise<void>
  originate(request: OriginateRequest): Promise<void>
}

/** One Asterisk: its live state and what can be asked of it. */
export interface Telephony {
  readonly commands: TelephonyCommands
  state(): PbxState
  status(): PbxStatus
  /**
   * Called after each event or snapshot with everything it changed (never an empty list). `healed` is true for a
   * snapshot: what happened in between is known only by its end. While `status` is not `up` that is the time the link was
   * away; otherwise the snapshot is one of those taken now and then, and it was a moment.
   */
  onChange(listener: (changes: readonly PbxChange[], healed: boolean) => void): Disposer
  onStatus(listener: (status: PbxStatus) => void): Disposer
  /** Connect with this account from now on, replacing any other; null disconnects. */
  use(account: AmiAccount | null): void
  stop(): Promise<void>
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
