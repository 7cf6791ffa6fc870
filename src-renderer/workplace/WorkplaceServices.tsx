import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { liveStore, onLiveCard, serverNow } from '../app/live/live.ts'
import { usePlatform } from '../app/platform.ts'
import { useUser } from '../app/session.ts'
import { openDraftChannel } from '../card/browser-draft-channel.ts'
import { browserClock } from '../card/clock.ts'
import { openDesk, useDeskState } from '../card/desk-store.ts'
import { usePhone } from '../softphone/index.ts'
import { useCardTitle } from './card-title.ts'
import { lineOfCard } from './line-card.ts'
import { refreshAfterCard } from './queries.ts'
import { openEntries } from './selection.ts'
import { words } from './words.ts'

/** What works behind every screen while a person with a phone is signed in: drafts, sending, notifications. Shows nothing. */
export function WorkplaceServices() {
  useDeskOfUser()
  useRingingNotice()
  return null
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
      clock: browserClock,
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

/** A ringing call is told by the system while the window is out of sight; a click brings the window and the card. */
function useRingingNotice(): void {
  const t = useWords(words)
  const title = useCardTitle()
  const platform = usePlatform()
  const [, go] = useLocation()
  const ringing = useDeskState((state) => openEntries(state.entries).find(({ card }) => card.state === 'ringing')?.card ?? null)
  const incoming = usePhone((state) => ringing !== null && lineOfCard(ringing, state.lines)?.direction !== 'outbound')
  const id = incoming && ringing?.direction !== 'outbound' ? (ringing?.id ?? null) : null
  const who = ringing === null ? '' : title(ringing)
  const queue = ringing?.queue?.name ?? t.direct
  useEffect(() => {
    if (id === null) return
    let close: (() => void) | null = null
    const show = () => {
      if (close !== null || (document.visibilityState === 'visible' && document.hasFocus())) return
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
