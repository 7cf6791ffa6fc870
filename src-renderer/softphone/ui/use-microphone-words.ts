import { useWords } from '../../app/i18n.ts'
import { usePlatform } from '../../app/platform.ts'
import { microphonePlaceOf } from '../microphone-place.ts'
import { words } from '../words.ts'

/** What to do about a microphone that is not allowed, where this page runs. */
export function useMicrophoneWords(): { readonly ask: string; readonly denied: string; readonly deniedNow: string } {
  const t = useWords(words)
  const { host } = usePlatform()
  const place = microphonePlaceOf({ host, userAgent: navigator.userAgent })
  return {
    ask: t.microphoneAskHint[host],
    denied: `${t.microphoneAllowIn[place]} ${t.microphoneNeeded}`,
    deniedNow: `${t.microphoneAllowIn[place]} ${t.thenAgain}`,
  }
}
