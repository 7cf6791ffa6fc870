import type { User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { wrapUpReason } from './wrap-up-pause.ts'

interface PauseDeps {
  readonly telephony: Telephony
  readonly cards: { inWrapUp(userId: string): boolean }
}

/** Pauses somebody in every queue, or ends the pause, as the person or a supervisor wishes. */
export async function setPause(
  { telephony, cards }: PauseDeps,
  user: User,
  { paused, reason }: { paused: boolean; reason: string | null },
): Promise<void> {
  if (reason === wrapUpReason) {
    throw new AppError('invalidInput', 'this reason is kept for wrap-up', { fields: { reason: 'reserved' } })
  }
  // Saving ends wrap-up, nothing else does: a pause taken meanwhile gives way to wrap-up's own.
  const wrapsUp = !paused && cards.inWrapUp(user.id)
  await telephony.commands.pauseMember({
    endpoint: extensionOf(user),
    paused: paused || wrapsUp,
    reason: wrapsUp ? wrapUpReason : paused ? reason : null,
  })
}

/** Throws notConfigured for who has none. */
export function extensionOf(user: User): string {
  if (user.extension === null) {
    throw new AppError('notConfigured', 'no extension is set for this person', { fields: { extension: 'required' } })
  }
  return user.extension
}
