import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import { ApiError } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { splitExtension } from '../app/phone-extension.ts'
import { PhoneError, usePhoneActions } from '../softphone/index.ts'
import { words as uiWords } from '../ui/words.ts'
import { words } from './words.ts'

/** Says what went wrong, in words that fit the error. */
export function useTellError(): (title: string, error: unknown) => void {
  const ui = useWords(uiWords)
  return useCallback(
    (title, error) => {
      const message =
        error instanceof PhoneError ? undefined : ui.errors[error instanceof ApiError ? error.code : 'internal'].title
      notifications.show({ color: 'red', title, message: message ?? '' })
    },
    [ui],
  )
}

/** Dials on the own softphone, with the extension behind the number where there is one, and says when that failed. */
export function useDial(): (number: string) => void {
  const t = useWords(words)
  const phone = usePhoneActions()
  const tell = useTellError()
  return useCallback(
    (number) => {
      const dialled = splitExtension(number)
      phone.dial(dialled.number, dialled.extension).catch((error: unknown) => tell(t.dialFailed, error))
    },
    [phone, tell, t],
  )
}
