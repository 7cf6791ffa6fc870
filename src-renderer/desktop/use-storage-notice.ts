import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { useWords } from '../app/i18n.ts'
import { usePlatform } from '../app/platform.ts'
import { words } from './words.ts'

/** A damaged store was set aside when the app started: said once, until the person closes it. */
export function useStorageNotice(): void {
  const t = useWords(words).storage
  const platform = usePlatform()
  useEffect(() => {
    platform.drafts.notice().then(
      (notice) => {
        if (notice === null) return
        const message = t.hint(notice.setAsideAs)
        notifications.show({ id: 'storage-set-aside', color: 'yellow', title: t.title, message, autoClose: false })
      },
      () => undefined,
    )
  }, [platform, t])
}
