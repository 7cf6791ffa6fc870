import { create } from 'zustand'
import type { HeadsetState } from './headset-link.ts'

interface HeadsetHolder {
  /** Lets the person choose one, here or in the window that has the phone. null: no WebHID here, or another page has the phone. */
  readonly link: { choose(): Promise<boolean> } | null
  readonly state: HeadsetState
}

const none: HeadsetHolder = { link: null, state: { state: 'none' } }

/** The headset of this computer, for its place in the settings. */
export const headsetStore = create<HeadsetHolder>(() => none)

export const forgetHeadset = (): void => headsetStore.setState(none)
