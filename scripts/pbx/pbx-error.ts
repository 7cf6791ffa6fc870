export type PbxErrorCode =
  /** Neither an installed Asterisk nor Debian packages for one. */
  | 'notAvailable'
  | 'mirrorUnreachable'
  | 'fetchFailed'
  | 'portTaken'
  /** Another live program runs a PBX in the same folder. */
  | 'alreadyRunning'
  | 'badFolder'
  | 'badSetting'
  | 'startFailed'

/** The message is one line for a person: what is wrong and what to do. */
export class PbxError extends Error {
  override readonly name = 'PbxError'
  readonly code: PbxErrorCode

  constructor(code: PbxErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
