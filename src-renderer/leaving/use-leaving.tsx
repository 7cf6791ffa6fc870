import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useWords } from '../app/i18n.ts'
import { later } from '../app/later.tsx'
import { usePlatform } from '../app/platform.ts'
import { useSignOut, useUser } from '../app/session.ts'
import { words as appWords } from '../app/words.ts'
import { useDesk } from '../card/desk-store.ts'
import { storedCards } from '../card/stored-cards.ts'
import { closeCustomerDrafts } from '../customer/customer-drafts.ts'
import { systemClock } from '../platform/clock.ts'
import { type AtStake, askWindows, openWindowsPort, withStored } from './other-windows.ts'
import { useAtStake } from './use-at-stake.ts'
import { words } from './words.ts'

const SignOutQuestion = later(
  () => import('./SignOutQuestion.tsx'),
  (module) => module.SignOutQuestion,
)

/** A store that does not answer holds nobody back. */
const storePatienceMs = 1_000

const soon = (count: Promise<number>): Promise<number> =>
  new Promise((resolve) => {
    const giveUp = systemClock.after(storePatienceMs, () => resolve(0))
    count.then(resolve, () => resolve(0)).finally(giveUp)
  })

/**
 * Signing out. Asks when it would cost a call or text, in this window or another; text that was not sent yet is kept or wiped as the
 * person says, and so is a damaged store, which may hold theirs too.
 */
export function useLeaving(): { leave: () => void; question: React.ReactNode } {
  const t = useWords(words)
  const { menu } = useWords(appWords)
  const platform = usePlatform()
  const { id: userId } = useUser()
  const signOut = useSignOut()
  const desk = useDesk()
  const atStake = useAtStake()
  /** As it was at the press: the question does not change under the person's eyes. */
  const [asked, setAsked] = useState<(AtStake & { readonly damagedFiles: number }) | null>(null)

  /** False when the session still stands. */
  const go = async (): Promise<boolean> => {
    setAsked(null)
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
    await Promise.all([desk?.flush(), closeCustomerDrafts()])
    await platform.drafts.wipe({ userId }).catch(() => {
      notifications.show({ color: 'red', message: t.wipeFailed, autoClose: false })
    })
  }
  const question = asked && (
    <SignOutQuestion {...asked} onStay={() => setAsked(null)} onLeave={() => void go()} onWipe={() => void wipeAndGo()} />
  )
  const leave = async () => {
    const port = openWindowsPort()
    const [cost, damagedFiles, stored] = await Promise.all([
      askWindows(atStake(), { port, clock: systemClock, id: crypto.randomUUID() }),
      soon(platform.drafts.state().then((state) => state.damagedFiles)),
      // Without the workplace there is no desk in this window, and maybe in none.
      desk === null ? soon(storedCards(platform.drafts, userId)) : 0,
    ])
    port.close()
    const all = withStored(cost, stored)
    if (all.reasons.length === 0 && damagedFiles === 0) await go()
    else setAsked({ ...all, damagedFiles })
  }
  return { leave: () => void leave(), question }
}
