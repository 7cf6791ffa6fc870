import { notifications } from '@mantine/notifications'
import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import type { Alarm } from '../../../server/contract/index.ts'
import { useAttention } from '../../app/attention.ts'
import { alarmChime } from '../../app/chime.ts'
import { useWords } from '../../app/i18n.ts'
import { useLive } from '../../app/live/live.ts'
import { usePlatform } from '../../app/platform.ts'
import { useUser } from '../../app/session.ts'
import { usePhone } from '../../softphone/index.ts'
import { useAlarmText } from './alarm-text.ts'
import { inUrgency, isBusy, newsKey, newsOf, turnsMs } from './standing.ts'
import { words } from './words.ts'

/** What was said on this computer, by how it is said. */
const storageKeys = { sound: 'callsync.alarms.sounded', words: 'callsync.alarms' }
type Way = keyof typeof storageKeys
const mostKept = 300
const none: readonly Alarm[] = []
const noticeMs = 20_000
const mostNotices = 20

function announced(storageKey: string): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

/** Those that no window of this computer has announced yet; from now on they are. */
async function takeNews(way: Way, alarms: readonly Alarm[]): Promise<Alarm[]> {
  const storageKey = storageKeys[way]
  const take = () => {
    const known = announced(storageKey)
    const news = newsOf(alarms, new Set(known))
    try {
      if (news.length > 0) localStorage.setItem(storageKey, JSON.stringify([...known, ...news.map(newsKey)].slice(-mostKept)))
    } catch {
      // Storage is closed to us: each window says it.
    }
    return news
  }
  // The monitor on the wall and the workplace hear of it in the same moment. Pages of plain HTTP have no locks.
  return 'locks' in navigator ? await navigator.locks.request(storageKey, take) : take()
}

/** Says an alarm of the floor once on this computer: a sound, and a notice in the page or, of a page out of sight, the system's. */
export function AlarmWatch(): null {
  const t = useWords(words)
  const text = useAlarmText()
  const platform = usePlatform()
  const [path, go] = useLocation()
  const user = useUser()
  const alarms = useLive((state) => state.view?.floor?.alarms) ?? none
  const hasPhone = usePhone(({ link, elsewhere }) => link !== 'off' && !elsewhere)
  const ownLine = usePhone((state) => state.lines.some(({ phase }) => phase !== 'ended'))
  // Also of the phone in another window, or of one on the desk.
  const inCall = useLive((state) => isBusy(state.view?.operators ?? [], user.id))
  const talking = ownLine || inCall
  const onFloor = path === '/monitor' || path.startsWith('/floor')

  /** Of the notices that may still be there. */
  const closers = useRef<(() => void)[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: theirs are words of another language; who chose this one is here and sees the alarms
  useEffect(() => () => closers.current.splice(0).forEach((close) => void close()), [t])

  const sound = (news: readonly Alarm[]) => {
    // Who talks reads it; the sound would be in the customer's ear.
    if (news.length > 0 && useAttention.getState().alarmSound && !talking) alarmChime()
  }
  const tell = (news: readonly Alarm[]) => {
    const [worst] = inUrgency(news)
    if (!worst) return
    const title = news.length === 1 ? `${t.levels[worst.level]}: ${text.where(worst)}` : t.news(news.length)
    const body =
      news.length === 1 ? text.what(worst) : news.map((alarm) => `${text.where(alarm)}: ${text.what(alarm)}`).join('\n')
    const id = `alarm:${newsKey(worst)}`
    const show = () => {
      void platform.windows.focus()
      if (!onFloor) go('/floor')
    }
    const close: (() => void)[] = []
    if (!useAttention.getState().quietPopUps && document.visibilityState !== 'visible')
      close.push(platform.notifications.show({ id, title, body, onClick: show }))
    // The monitor itself shows them in their place.
    if (!onFloor) {
      notifications.show({
        id,
        title,
        message: body,
        color: worst.level === 'critical' ? 'red' : 'yellow',
        autoClose: noticeMs,
        onClick: show,
        'data-testid': 'alarm-notice',
      })
      close.push(() => notifications.hide(id))
    }
    closers.current = [...closers.current, ...close].slice(-mostNotices)
  }
  const keys = newsOf(alarms, new Set()).map(newsKey).join('\n')
  const say = useRef({ alarms, sound, tell })
  say.current = { alarms, sound, tell }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each alarm and level, whatever else has changed
  useEffect(() => {
    if (keys === '') return
    const turns = turnsMs({ phone: hasPhone, visible: document.visibilityState === 'visible' })
    const timers = [
      setTimeout(() => void takeNews('sound', say.current.alarms).then((news) => say.current.sound(news)), turns.sound),
      setTimeout(() => void takeNews('words', say.current.alarms).then((news) => say.current.tell(news)), turns.words),
    ]
    return () => timers.forEach(clearTimeout)
  }, [keys])
  return null
}
