import { useWords } from '../app/i18n.ts'
import { words } from './words.ts'

/** Kept as these codes in Asterisk and its queue log; shown in the reader's language. */
export const pauseReasons = ['lunch', 'break', 'training', 'callBacks', 'meeting'] as const
export type PauseReason = (typeof pauseReasons)[number]

const isKnown = (reason: string): reason is PauseReason => pauseReasons.some((known) => known === reason)

/** A reason in words; one set elsewhere (a desk phone, another program) is shown as it is. */
export function usePauseReasonName(): (reason: string | null) => string | null {
  const t = useWords(words)
  return (reason) => (reason === null || reason === '' ? null : isKnown(reason) ? t.pauseReasons[reason] : reason)
}
