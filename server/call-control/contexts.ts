import { AppError } from '../errors.ts'
import { type CallSyncContext, lackingContexts } from '../telephony/callsync-contexts.ts'
import type { Telephony } from '../telephony/telephony.ts'

/** Asked each time: an administrator may have added or lost it a moment ago, and the answer takes a millisecond. */
export async function needContext(telephony: Telephony, context: CallSyncContext, exten?: string): Promise<void> {
  const lacking = await lackingContexts((name) => telephony.commands.variable(name), [context], exten)
  if (lacking.length > 0) {
    throw new AppError('pbxLacksContext', 'the dialplan lacks a context of callsync.conf', { fields: { context } })
  }
}
