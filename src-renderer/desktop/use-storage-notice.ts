import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { useWords } from '../app/i18n.ts'
import { usePlatform } from '../app/platform.ts'
import { words } from './words.ts'

/** Stored text that this version cannot read: said once, until the person closes it. */
export function useStorageNotice(): void {
  const t = useWords(words).storage
  const platform = usePlatform()
  useEffect(() => {
    platform.drafts.state().then(
      ({ rowsSetAside: count }) => {
        if (count === 0) return
        notifications.show({ id: 'rows-set-aside', color: 'yellow', title: t.title, message: t.hint(count), autoClose: false })
      },
      () => undefined,
    )
  }, [platform, t])
}
