import type { PhoneAccount } from '../contract/index.ts'

type IceServer = PhoneAccount['iceServers'][number]

/**
 * A line of the setting as a browser wants it. A TURN server's account stands before its address,
 * `turn:NAME:PASSWORD@turn.example:3478?transport=udp`; browsers take it apart from the address only.
 */
export function iceServerOf(line: string): IceServer {
  const match = /^(turns?:)([^:@]+):(.+)@([^@]+)$/.exec(line.trim())
  const [, scheme, username, credential, address] = match ?? []
  if (scheme === undefined || username === undefined || credential === undefined) return { urls: line.trim() }
  return { urls: `${scheme}${address}`, username, credential }
}
