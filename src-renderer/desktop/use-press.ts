import { notifications } from '@mantine/notifications'
import { useRef } from 'react'
import { useWords } from '../app/i18n.ts'
import { usePlatform } from '../app/platform.ts'
import { usePhone, usePhoneActions } from '../softphone/index.ts'
import { words as phoneWords } from '../softphone/words.ts'
import { type PhonePress, stepOfPress, takeStep } from './phone-press.ts'
import { words } from './words.ts'

/** Carries out what was pressed elsewhere, and says here when it did not work. */
export function usePress(): (press: PhonePress) => void {
  const platform = usePlatform()
  const t = useWords(words)
  const p = useWords(phoneWords)
  const phone = usePhoneActions()
  const lines = usePhone((state) => state.lines)
  const latest = useRef(lines)
  latest.current = lines
  return (press) => {
    const step = stepOfPress(latest.current, press)
    if (step === null) return
    takeStep(phone, step).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      const known = Object.entries(p.errors).find(([name]) => name === code)
      notifications.show({ color: 'red', title: t.pressFailed, message: known?.[1] ?? '' })
      // The press came from somewhere else: the words have to be seen.
      void platform.windows.focus()
    })
  }
}
