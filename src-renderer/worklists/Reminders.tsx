import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import type { CallBack } from '../../server/contract/index.ts'
import { useAttention } from '../app/attention.ts'
import { chime } from '../app/chime.ts'
import { formatPhone } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { serverNow, useNow } from '../app/live/live.ts'
import { usePlatform } from '../app/platform.ts'
import { useUser } from '../app/session.ts'
import { usePhone } from '../softphone/index.ts'
import { dueReminders, outdatedReminders, reminderKey } from './due-reminders.ts'
import { useCallBacks, useSaveCallBack } from './queries.ts'
import { useWork } from './use-work.tsx'
import { words } from './words.ts'

const laterMs = 10 * 60_000
const storageKey = 'callsync.reminded'
const mostKept = 200

function stored(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

function remember(key: string): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify([...stored(), key].slice(-mostKept)))
  } catch {
    // Storage is closed to us: a reload may remind once more.
  }
}

const whoOf = (task: CallBack): string => task.customer?.name ?? formatPhone(task.number)

/** Apart, because it looks at the clock each second. Reminds of own call-backs: quietly in the page, by the system when the window is out of sight, never twice. */
export function Reminders(): null {
  const t = useWords(words)
  const user = useUser()
  const platform = usePlatform()
  const [, go] = useLocation()
  const work = useWork()
  const { update } = useSaveCallBack()
  const { data } = useCallBacks('open')
  const nowMs = useNow()
  const talking = usePhone((state) => state.lines.some(({ phase }) => phase !== 'ended'))
  const due = dueReminders(data?.callBacks ?? [], { userId: user.id, nowMs, reminded: new Set(stored()) })

  /** What stands in the page, by its key, and how it goes. */
  const shown = useRef(
    new Map<string, { readonly task: CallBack; readonly close: () => void; readonly closeSystem: () => void }>(),
  )

  const popUp = (task: CallBack) => ({
    id: `reminder:${task.id}`,
    title: t.reminder.title(whoOf(task)),
    message: (
      <>
        <div>{task.reason}</div>
        <Group gap="xs" mt={8}>
          <Button
            size="compact-xs"
            onClick={() => {
              shown.current.get(reminderKey(task))?.close()
              void work.call({ kind: 'callBack', entry: task })
            }}
          >
            {t.call}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              shown.current.get(reminderKey(task))?.close()
              update.mutate(
                { id: task.id, version: task.version, dueAtMs: serverNow() + laterMs, remindBeforeMs: 0 },
                { onError: () => remind(task) },
              )
            }}
            data-testid="reminder-later"
          >
            {t.reminder.later}
          </Button>
        </Group>
      </>
    ),
  })
  const remind = (task: CallBack) => {
    const key = reminderKey(task)
    remember(key)
    const { quietPopUps, reminderSound } = useAttention.getState()
    const { id, title, message } = popUp(task)
    let closeSystem = () => {}
    const forget = () => {
      shown.current.delete(key)
      closeSystem()
    }
    const close = () => {
      forget()
      notifications.hide(id)
    }
    shown.current.set(key, { task, close, closeSystem: () => closeSystem() })
    const show = () => {
      void platform.windows.focus()
      go('/tasks')
    }
    // A person who talks reads it; the sound would be in the customer's ear.
    if (reminderSound && !talking) chime()
    if (!quietPopUps && document.visibilityState !== 'visible')
      closeSystem = platform.notifications.show({ id, title, body: task.reason, onClick: show })
    notifications.show({ id, autoClose: false, onClose: forget, title, 'data-testid': 'reminder', message })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the language has changed, and with it every word that stands there
  useEffect(() => {
    for (const { task, closeSystem } of shown.current.values()) {
      notifications.update(popUp(task))
      // The system's cannot be changed; who chose a language is here and sees the other.
      closeSystem()
    }
  }, [t])
  // Done elsewhere, by a call or a colleague: nothing is left to be reminded of.
  useEffect(() => {
    if (data === undefined) return
    for (const key of outdatedReminders(new Set(shown.current.keys()), data.callBacks, user.id)) shown.current.get(key)?.close()
  }, [data, user.id])
  const keys = due.map(reminderKey).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each reminder that is due, whatever else has changed
  useEffect(() => {
    for (const task of due) remind(task)
  }, [keys])
  return null
}
