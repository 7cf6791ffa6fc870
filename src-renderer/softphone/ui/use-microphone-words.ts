import { useWords } from '../../app/i18n.ts'
import { usePlatform } from '../../app/platform.ts'
import { microphonePlaceOf } from '../microphone-place.ts'
import { microphoneWords } from '../microphone-words.ts'

interface Note {
  readonly title: string
  readonly hint: string
}

/** What to say, and to do, about a microphone that is not there or not allowed, where this page runs. */
export function useMicrophoneWords(): Readonly<Record<'denied' | 'missing' | 'ask', Note>> & {
  /** It was needed this very moment. */
  readonly deniedNow: string
  readonly allow: string
  readonly check: string
} {
  const t = useWords(microphoneWords)
  const { host } = usePlatform()
  const allowIn = t.allowIn[microphonePlaceOf({ host, userAgent: navigator.userAgent })]
  return {
    denied: { title: t.denied, hint: `${allowIn} ${t.needed}` },
    missing: { title: t.missing, hint: t.missingHint },
    ask: { title: t.ask, hint: t.askHint[host] },
    deniedNow: `${allowIn} ${t.thenAgain}`,
    allow: t.allow,
    check: t.check,
  }
}
