import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { useApi } from '../app/api.ts'
import { useAttention } from '../app/attention.ts'
import { onSigningOut } from '../app/before-sign-out.ts'
import { useWords } from '../app/i18n.ts'
import { later } from '../app/later.tsx'
import { liveStore, onLiveCard, serverNow, useLive } from '../app/live/live.ts'
import { usePlatform } from '../app/platform.ts'
import { useUser } from '../app/session.ts'
import { openDraftChannel } from '../card/browser-draft-channel.ts'
import { openDesk, useDeskState } from '../card/desk-store.ts'
import { closeCustomerDrafts, openCustomerDrafts } from '../customer/customer-drafts.ts'
import { useAnswerLeaving, useLeaveWarning } from '../leaving/index.ts'
import { systemClock } from '../platform/clock.ts'
import { usePhone, usePhoneActions } from '../softphone/index.ts'
import { Reminders, refreshAfterCard, useWorklistNews } from '../worklists/index.ts'
import { useCardTitle } from './card-title.ts'
import { learntOf } from './line-card.ts'
import { overOnServer } from './lost-cancel.ts'
import { ringingNotice } from './ringing-notice.ts'
import { openEntries } from './selection.ts'
import { words } from './words.ts'

const CallDrawer = later(
  () => import('../worklists/CallDrawer.tsx'),
  (module) => module.CallDrawer,
  { unhurried: true },
)

/** What works behind every screen while a person with a phone is signed in: drafts, sending, notifications, reminders. */
export function WorkplaceServices() {
  useDeskOfUser()
  useCustomerDraftsOfUser()
  useRingingNotice()
  useLearningLines()
  useLostCancel()
  useLeaveWarning()
  useAnswerLeaving()
  useWorklistNews()
  return (
    <>
      <Reminders />
      <CallDrawer />
    </>
  )
}

function useDeskOfUser(): void {
  const api = useApi()
  const platform = usePlatform()
  const queries = useQueryClient()
  const { id: userId } = useUser()
  useEffect(() => {
    const channel = openDraftChannel(userId)
    const { desk, close } = openDesk({
      channel,
      store: platform.drafts,
      api,
      userId,
      clock: systemClock,
      serverNowMs: serverNow,
      random: Math.random,
      uuid: () => crypto.randomUUID(),
    })
    const hear = (state: ReturnType<typeof liveStore.getState>, before?: typeof state) => {
      const open = state.connection === 'open'
      if (open && state.view && (before?.view?.cards !== state.view.cards || before.connection !== 'open'))
        desk.feedOpen(state.view.cards.filter((card) => card.operatorId === userId))
      desk.setOnline(open)
    }
    hear(liveStore.getState())
    const stops = [
      liveStore.subscribe(hear),
      onLiveCard((card) => {
        if (card.operatorId !== userId) return
        desk.feed(card)
        if (card.state === 'saved' || card.state === 'missed') refreshAfterCard(queries)
      }),
      platform.onResume(() => void desk.flush()),
      onSigningOut(() => desk.sendAll()),
    ]
    const onHide = () => {
      if (document.visibilityState === 'hidden') void desk.flush()
    }
    const onLeave = () => void desk.flush()
    document.addEventListener('visibilitychange', onHide)
    window.addEventListener('pagehide', onLeave)
    return () => {
      document.removeEventListener('visibilitychange', onHide)
      window.removeEventListener('pagehide', onLeave)
      for (const stop of stops) stop()
      close()
      channel.close()
    }
  }, [api, platform, queries, userId])
}

function useCustomerDraftsOfUser(): void {
  const { drafts } = usePlatform()
  const { id: userId } = useUser()
  useEffect(() => {
    void openCustomerDrafts({ store: drafts, userId, clock: systemClock })
    return () => void closeCustomerDrafts()
  }, [drafts, userId])
}

/** Tells the phone's lines what only their cards know. */
function useLearningLines(): void {
  const phone = usePhoneActions()
  const lines = usePhone((state) => state.lines)
  const cards = useLive((state) => state.view?.cards)
  useEffect(() => {
    for (const line of lines) {
      const learnt = learntOf(line, lines, cards ?? [])
      if (learnt !== null) phone.learn(line.id, learnt)
    }
  }, [lines, cards, phone])
}

/** The PBX may ring a moment before the server hears of it. */
const serverPatienceMs = 2_000

/** Stops the ringing of a call whose end the phone could not hear. */
function useLostCancel(): void {
  const phone = usePhoneActions()
  const lines = usePhone((state) => state.lines)
  const over = useLive((state) => (state.connection === 'open' && state.view ? overOnServer(lines, state.view).join() : ''))
  useEffect(() => {
    if (over === '') return
    const timer = setTimeout(() => {
      for (const lineId of over.split(',')) phone.stopRinging(lineId)
    }, serverPatienceMs)
    return () => clearTimeout(timer)
  }, [over, phone])
}

/** A ringing call is told by the system while the window is out of sight; a click brings the window and the card. */
function useRingingNotice(): void {
  const t = useWords(words)
  const title = useCardTitle()
  const platform = usePlatform()
  const [, go] = useLocation()
  const entries = useDeskState((state) => state.entries)
  const lines = usePhone((state) => state.lines)
  const serverTells = useLive((state) => state.connection === 'open' && state.view?.pbx.state === 'up')
  const notice = ringingNotice({ cards: openEntries(entries).map(({ card }) => card), lines, serverTells })
  const id = notice?.key ?? null
  const who = notice === null ? '' : title(notice.caller)
  const queue = notice?.queue ?? t.direct
  useEffect(() => {
    if (id === null) return
    let close: (() => void) | null = null
    const show = () => {
      if (
        close !== null ||
        useAttention.getState().quietPopUps ||
        (document.visibilityState === 'visible' && document.hasFocus())
      )
        return
      close = platform.notifications.show({
        id: `ringing:${id}`,
        title: t.ringingNotice(who),
        body: queue,
        answerable: true,
        onClick: () => {
          void platform.windows.focus()
          go('/workplace')
        },
      })
    }
    show()
    window.addEventListener('blur', show)
    document.addEventListener('visibilitychange', show)
    return () => {
      window.removeEventListener('blur', show)
      document.removeEventListener('visibilitychange', show)
      close?.()
    }
  }, [id, who, queue, platform, t, go])
}
