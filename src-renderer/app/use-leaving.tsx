import { Button, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useDesk, useDeskState } from '../card/desk-store.ts'
import { wipeLocal } from '../card/wipe.ts'
import { unsentCards } from '../desktop/desk-snapshot.ts'
import { useWords } from './i18n.ts'
import { usePlatform } from './platform.ts'
import { useSignOut, useUser } from './session.ts'
import { words } from './words.ts'

/** Signing out. What was not sent yet is kept or wiped as the person says; without such there is nothing to ask. */
export function useLeaving(): { leave: () => void; question: React.ReactNode } {
  const t = useWords(words)
  const platform = usePlatform()
  const { id: userId } = useUser()
  const signOut = useSignOut()
  const desk = useDesk()
  const unsent = useDeskState(unsentCards)
  const [asked, setAsked] = useState(false)

  const go = () => signOut().catch(() => notifications.show({ color: 'red', message: t.menu.signOutFailed }))
  const wipeAndGo = async () => {
    setAsked(false)
    try {
      // Signed out first: while the session stands, the text is still good for something.
      await signOut()
    } catch {
      notifications.show({ color: 'red', message: t.menu.signOutFailed })
      return
    }
    desk?.stop()
    // A write that is at the disk now ends before the wiping begins.
    await desk?.flush()
    await wipeLocal(platform.drafts, userId).catch(() => {
      notifications.show({ color: 'red', message: t.leaving.wipeFailed, autoClose: false })
    })
  }
  const question = (
    <Modal opened={asked} onClose={() => setAsked(false)} title={t.leaving.title} centered size={460}>
      <p style={{ marginTop: 0 }}>{t.leaving.unsent(unsent)}</p>
      <div style={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'flex-end', gap: 8 }}>
        <Button variant="default" onClick={() => setAsked(false)}>
          {t.leaving.stay}
        </Button>
        <Button variant="default" c="var(--cs-alarmText)" onClick={() => void wipeAndGo()} data-testid="leave-wipe">
          {t.leaving.wipe}
        </Button>
        <Button
          data-autofocus
          onClick={() => {
            setAsked(false)
            void go()
          }}
          data-testid="leave-keep"
        >
          {t.leaving.keep}
        </Button>
      </div>
    </Modal>
  )
  return { leave: () => (unsent > 0 ? setAsked(true) : void go()), question }
}
