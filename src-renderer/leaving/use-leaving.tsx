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
import { words } from './words.ts'

/** Signing out. Asks when it would cost a call or text; text that was not sent yet is kept or wiped as the person says. */
export function useLeaving(): { leave: () => void; question: React.ReactNode } {
  const t = useWords(words)
  const { menu } = useWords(appWords)
  const platform = usePlatform()
  const { id: userId } = useUser()
  const signOut = useSignOut()
  const desk = useDesk()
  const unsent = useDeskState(unsentCards)
  const reason = useReasonToStay()
  const [asked, setAsked] = useState(false)

  /** False when the session still stands. */
  const go = async (): Promise<boolean> => {
    setAsked(false)
    try {
      await signOut()
      return true
    } catch {
      notifications.show({ color: 'red', message: menu.signOutFailed })
      return false
    }
  }
  const wipeAndGo = async () => {
    // Signed out first: while the session stands, the text is still good for something.
    if (!(await go())) return
    desk?.stop()
    // A write that is at the disk now ends before the wiping begins.
    await desk?.flush()
    await wipeLocal(platform.drafts, userId).catch(() => {
      notifications.show({ color: 'red', message: t.wipeFailed, autoClose: false })
    })
  }
  const question = asked && (
    <SignOutQuestion
      reason={reason}
      unsent={unsent}
      onStay={() => setAsked(false)}
      onLeave={() => void go()}
      onWipe={() => void wipeAndGo()}
    />
  )
  return { leave: () => (reason !== null || unsent > 0 ? setAsked(true) : void go()), question }
}
