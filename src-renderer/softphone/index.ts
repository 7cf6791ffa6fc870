export { dialable } from './dial-number.ts'
export {
  type AudioDevice,
  type AudioSettings,
  type CallStats,
  type EndReason,
  type Line,
  type LinePhase,
  type LinkPhase,
  type PhoneActions,
  PhoneError,
  type PhoneState,
} from './phone.ts'
export { CallBar, type DescribeLine } from './ui/CallBar.tsx'
export { DialPad } from './ui/DialPad.tsx'
export { PhoneSettings } from './ui/PhoneSettings.tsx'
export { PhoneProvider, usePhone, usePhoneActions } from './ui/provider.tsx'
