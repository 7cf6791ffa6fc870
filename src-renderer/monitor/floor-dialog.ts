import type { LiveCall } from '../../server/contract/index.ts'

/** What lies over the floor. It belongs to whom or what it was opened for, wherever that has moved on the floor since. */
export type FloorDialog =
  /** Null: to every operator. */
  | { readonly kind: 'write'; readonly to: { readonly id: string; readonly name: string } | null }
  | { readonly kind: 'end'; readonly call: LiveCall }
  /** `over`: the call has ended while one looked. */
  | { readonly kind: 'journey'; readonly call: LiveCall; readonly over: boolean }

/**
 * The dialog after the floor has changed; the same object when nothing did. A call that has ended cannot be ended any more: its
 * question goes, and no other call takes its place.
 */
export function followDialog(dialog: FloorDialog | null, calls: readonly LiveCall[]): FloorDialog | null {
  if (dialog === null || dialog.kind === 'write') return dialog
  const live = calls.find(({ id }) => id === dialog.call.id)
  if (dialog.kind === 'end') {
    if (live === undefined) return null
    // It names what will end: meanwhile that may have become a conference.
    return live === dialog.call ? dialog : { kind: 'end', call: live }
  }
  const over = live === undefined
  if (dialog.over === over && (over || live === dialog.call)) return dialog
  return { kind: 'journey', call: live ?? dialog.call, over }
}
