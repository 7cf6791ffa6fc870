import { useCallback, useEffect, useState } from 'react'
import { ApiError } from '../../../server/contract/index.ts'
import { useWords } from '../../app/i18n.ts'
import { words as uiWords } from '../../ui/words.ts'
import { PhoneError } from '../phone.ts'
import { words } from '../words.ts'
import { useMicrophoneWords } from './use-microphone-words.ts'

const shownMs = 6000

/** Runs one action of the phone at a time and says in words why it did not work, for a few seconds. */
export function usePhoneTask(): {
  error: string | null
  busy: boolean
  run: (task: () => Promise<void>) => Promise<boolean>
} {
  const t = useWords(words)
  const ui = useWords(uiWords)
  const microphone = useMicrophoneWords()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    if (error === null) return
    const timer = setTimeout(() => setError(null), shownMs)
    return () => clearTimeout(timer)
  }, [error])

  const run = useCallback(async (task: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await task()
      return true
    } catch (failure) {
      setError(failure ?? new PhoneError('refused', 'No reason was given'))
      return false
    } finally {
      setBusy(false)
    }
  }, [])

  if (error === null) return { error: null, busy, run }
  // Of the server the PBX's own refusal is told as the phone tells it: the call stays as it was.
  if (error instanceof ApiError && error.code !== 'pbxRefused') {
    const { title, hint } = ui.errors[error.code]
    return { error: `${title}. ${hint}`, busy, run }
  }
  const code = error instanceof PhoneError ? error.code : 'refused'
  return { error: code === 'microphoneDenied' ? microphone.deniedNow : t.errors[code], busy, run }
}
