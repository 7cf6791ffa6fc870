import { create } from 'zustand'
import type { HeadsetLink, HeadsetState } from './headset-link.ts'

/** The headset of this page, for its place in the settings. `link` null: no WebHID here, or another page has the phone. */
export const headsetStore = create<{ link: HeadsetLink | null; state: HeadsetState }>(() => ({
  link: null,
  state: { state: 'none' },
}))
