/** The headers of one AMI message, names in lower case; a repeated header's values are joined by line feeds. */
export type AmiFields = Readonly<Record<string, string>>

/** One AMI event. `name` is as Asterisk sent it (`Newchannel`), `atMs` is our clock when it was read from the socket. */
export interface AmiEvent {
  readonly name: string
  readonly fields: AmiFields
  readonly atMs: number
}

/** What Asterisk answered when asked for all it has; taken after each (re)connect. List items as they came. */
export interface PbxSnapshot {
  readonly atMs: number
  /** `Status` events, with `CHANNEL(onhold)` asked for. */
  readonly channels: readonly AmiFields[]
  /** `BridgeListItem` events. */
  readonly bridges: readonly AmiFields[]
  /** `QueueParams`, `QueueMember` and `QueueEntry` events, told apart by their `event` field. */
  readonly queues: readonly AmiFields[]
  /** `EndpointList` events. */
  readonly endpoints: readonly AmiFields[]
}
