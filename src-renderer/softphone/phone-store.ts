import type { StoreApi } from 'zustand/vanilla'
import type { AudioSettings, PhoneState } from './phone.ts'

export type PhoneStore = StoreApi<PhoneState>

/** Before there is a phone: no account, or not started yet. */
export const phoneOff = (audio: AudioSettings): PhoneState => ({
  link: 'off',
  retryAtMs: null,
  elsewhere: null,
  microphone: 'unknown',
  substitute: null,
  ringerBlocked: false,
  audio,
  lines: [],
  activeId: null,
  consultation: null,
  givenUp: null,
})
