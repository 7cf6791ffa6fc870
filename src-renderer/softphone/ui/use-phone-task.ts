import { useCallback, useEffect, useState } from 'react'
import { useWords } from '../../app/i18n.ts'
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
  const microphone = useMicrophoneWords()
  const [error, setError] = useState<PhoneError['code'] | null>(null)
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
      setError(failure instanceof PhoneError ? failure.code : 'refused')
      return false
    } finally {
      setBusy(false)
    }
  }, [])

  const said = error === null ? null : error === 'microphoneDenied' ? microphone.deniedNow : t.errors[error]
  return { error: said, busy, run }
}
