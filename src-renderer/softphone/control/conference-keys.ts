import type { KeyBinding } from '../../app/keys.ts'
import { callKeys } from '../ui/call-keys.ts'

interface ConferenceMenuState {
  readonly opened: boolean
  readonly busy: boolean
  readonly words: { readonly participants: string; readonly endForAll: string }
  readonly toggle: () => void
  readonly end: () => void
}

/** A slip of the hand must not end everybody's call: that key is the open menu's. */
export function conferenceKeys({ opened, busy, words, toggle, end }: ConferenceMenuState): readonly KeyBinding[] {
  const menu: KeyBinding = { keys: callKeys.participants, title: words.participants, run: toggle, over: true }
  return opened ? [menu, { keys: callKeys.endForAll, title: words.endForAll, run: () => busy || end() }] : [menu]
}
