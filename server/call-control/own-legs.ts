import type { User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { PbxCall, PbxLeg } from '../telephony/pbx-state.ts'
import type { PbxChannel, Telephony } from '../telephony/telephony.ts'

export interface OwnLeg {
  readonly call: PbxCall
  readonly leg: PbxLeg
}

/** The reader's own leg of a call that goes on; anybody else's is as unknown as one that never was. */
export function ownLeg(telephony: Telephony, user: User, legId: string): OwnLeg {
  for (const call of telephony.state().calls.values()) {
    const leg = call.legs.find((each) => each.uniqueid === legId)
    if (leg && user.extension !== null && leg.endpoint === user.extension) return { call, leg }
  }
  throw new AppError('notFound', 'you have no such leg in a call')
}

export function ownTalkingLeg(telephony: Telephony, user: User, legId: string): OwnLeg {
  const own = ownLeg(telephony, user, legId)
  if (own.leg.state !== 'up' && own.leg.state !== 'held') throw new AppError('conflict', 'the call is not answered yet')
  return own
}

/** Who is at the other end of a leg's call of two. */
export function peerOf(telephony: Telephony, { call, leg }: OwnLeg): PbxChannel {
  if (call.conference !== null) throw new AppError('conflict', 'the call is in a conference already')
  const peer = sameBridge(telephony, leg.uniqueid)[0]
  if (!peer) throw new AppError('conflict', 'nobody is at the other end of the call')
  return peer
}

/** The other channels in the bridge this one is in. */
export function sameBridge(telephony: Telephony, uniqueid: string): PbxChannel[] {
  const channels = telephony.channels()
  const bridge = channels.get(uniqueid)?.bridge ?? null
  if (bridge === null) return []
  return [...channels.values()].filter((channel) => channel.bridge === bridge && channel.uniqueid !== uniqueid)
}

/** All calls that hear the same as this one. */
export function conversation(telephony: Telephony, call: PbxCall): PbxCall[] {
  if (call.conference === null) return [call]
  return [...telephony.state().calls.values()].filter((each) => each.conference === call.conference)
}
