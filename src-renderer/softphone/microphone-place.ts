/** Where a person allows the microphone: beside a browser's address, or in the system of a desktop app. */
export type MicrophonePlace = 'browser' | 'windows' | 'mac' | 'linux'

export function microphonePlaceOf(page: { readonly host: 'desktop' | 'browser'; readonly userAgent: string }): MicrophonePlace {
  if (page.host === 'browser') return 'browser'
  if (page.userAgent.includes('Windows')) return 'windows'
  return page.userAgent.includes('Mac OS X') ? 'mac' : 'linux'
}
