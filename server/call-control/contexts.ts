import { plainName, serverOf } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import { type CallSyncContext, lackingContexts } from '../telephony/callsync-contexts.ts'
import type { Telephony } from '../telephony/telephony.ts'

/**
 * Throws pbxLacksContext where the server that `of` (a channel, an endpoint, a call) lives on has it not. Asked each time: an
 * administrator may have added or lost it a moment ago, and the answer takes a millisecond.
 */
export async function needContext(
  telephony: Telephony,
  { context, exten, of }: { context: CallSyncContext; exten?: string; of: string },
): Promise<void> {
  const ask = (name: string) => telephony.commands.globalVariable(name, serverOf(of))
  const lacking = await lackingContexts(ask, [context], exten === undefined ? undefined : plainName(exten))
  if (lacking.length > 0) {
    throw new AppError('pbxLacksContext', 'the dialplan lacks a context of callsync.conf', { fields: { context } })
  }
}
