export { PhoneError } from './phone.ts'
export { CallBar, type DescribeLine } from './ui/CallBar.tsx'
export { DialPad } from './ui/DialPad.tsx'
export { PhoneProvider, usePhone, usePhoneActions } from './ui/provider.tsx'
