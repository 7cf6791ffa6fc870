import { Button, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useWords } from '../app/i18n.ts'
import { usePlatform } from '../app/platform.ts'
import { useSignOut, useUser } from '../app/session.ts'
import { words as appWords } from '../app/words.ts'
import { useDesk, useDeskState } from '../card/desk-store.ts'
import { wipeLocal } from '../card/wipe.ts'
import { unsentCards } from '../desktop/desk-snapshot.ts'
import { SignOutQuestion } from './SignOutQuestion.tsx'
import { useReasonToStay } from './use-leave-warning.ts'

/** Signing out. Asks when it would cost a call or text; text that was not sent yet is kept or wiped as the person says. */
export function useLeaving(): { leave: () => void; question: React.ReactNode } {
  const t = useWords(appWords)
  const platform = usePlatform()
  const { id: userId } = useUser()
  const signOut = useSignOut()
  const desk = useDesk()
  const unsent = useDeskState(unsentCards)
  const reason = useReasonToStay()
  const [asked, setAsked] = useState<'unsent' | 'call' | 'unkept' | null>(null)

  const go = () => signOut().catch(() => notifications.show({ color: 'red', message: t.menu.signOutFailed }))
  const wipeAndGo = async () => {
    setAsked(null)
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
  const question =
    asked === null ? null : asked !== 'unsent' ? (
      <SignOutQuestion
        reason={asked}
        onStay={() => setAsked(null)}
        onLeave={() => {
          setAsked(null)
          void go()
        }}
      />
    ) : (
      <Modal opened onClose={() => setAsked(null)} title={t.leaving.title} centered size={460}>
        <p style={{ marginTop: 0 }}>{t.leaving.unsent(unsent)}</p>
        <div style={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'flex-end', gap: 8 }}>
          <Button variant="default" onClick={() => setAsked(null)}>
            {t.leaving.stay}
          </Button>
          <Button variant="default" c="var(--cs-alarmText)" onClick={() => void wipeAndGo()} data-testid="leave-wipe">
            {t.leaving.wipe}
          </Button>
          <Button
            data-autofocus
            onClick={() => {
              setAsked(null)
              void go()
            }}
            data-testid="leave-keep"
          >
            {t.leaving.keep}
          </Button>
        </div>
      </Modal>
    )
  const why = reason ?? (unsent > 0 ? 'unsent' : null)
  return { leave: () => (why === null ? void go() : setAsked(why)), question }
}
