import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import type { CallBack } from '../../server/contract/index.ts'
import { useAttention } from '../app/attention.ts'
import { chime } from '../app/chime.ts'
import { formatPhone } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { serverNow, useLive, useNow } from '../app/live/live.ts'
import { usePlatform } from '../app/platform.ts'
import { useUser } from '../app/session.ts'
import { usePhone } from '../softphone/index.ts'
import { dueReminders, outdatedReminders, reminderKey } from './due-reminders.ts'
import { useReminders, useSaveCallBack } from './queries.ts'
import { useWork } from './use-work.tsx'
import { words } from './words.ts'

const laterMs = 10 * 60_000
/** A colleague at the same computer is reminded of the shared ones too. */
const storageKey = (userId: string): string => `callsync.reminded.${userId}`
const mostKept = 200

function stored(userId: string): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey(userId)) ?? '[]')
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

function remember(userId: string, key: string): void {
  try {
    localStorage.setItem(storageKey(userId), JSON.stringify([...stored(userId), key].slice(-mostKept)))
  } catch {
    // Storage is closed to us: a reload may remind once more.
  }
}

const noQueues: readonly string[] = []

const whoOf = (task: CallBack): string => task.customer?.name ?? formatPhone(task.number)

/** Apart, because it looks at the clock each second. Reminds of own call-backs and of the queues': quietly in the page, by the system when the window is out of sight, never twice. */
export function Reminders(): null {
  const t = useWords(words)
  const user = useUser()
  const platform = usePlatform()
  const [, go] = useLocation()
  const work = useWork()
  const { update } = useSaveCallBack()
  const tasks = useReminders()
  const queues = useLive((state) => state.view?.operators.find(({ id }) => id === user.id)?.queues ?? noQueues)
  const nowMs = useNow()
  const talking = usePhone((state) => state.lines.some(({ phase }) => phase !== 'ended'))
  const reader = { userId: user.id, queues, nowMs }
  const due = dueReminders(tasks ?? [], { ...reader, reminded: new Set(stored(user.id)) })

  /** What stands in the page, by its key, and how it goes. */
  const shown = useRef(
    new Map<string, { readonly task: CallBack; readonly close: () => void; readonly closeSystem: () => void }>(),
  )

  const popUp = (task: CallBack) => ({
    id: `reminder:${task.id}`,
    title: t.reminder.title(whoOf(task)),
    message: (
      <>
        {task.queue && <div>{t.sharedOf(task.queue.name)}</div>}
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
          {task.queue === null || task.holder?.id === user.id ? (
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
          ) : (
            // The time of what the whole queue waits for is not one person's to move.
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => {
                shown.current.get(reminderKey(task))?.close()
                work.take({ kind: 'callBack', entry: task })
              }}
              data-testid="reminder-take"
            >
              {t.take}
            </Button>
          )}
        </Group>
      </>
    ),
  })
  const remind = (task: CallBack) => {
    const key = reminderKey(task)
    remember(user.id, key)
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
  // Done elsewhere, or taken by a colleague: nothing is left to be reminded of.
  // biome-ignore lint/correctness/useExhaustiveDependencies: not each second
  useEffect(() => {
    if (tasks === undefined) return
    for (const key of outdatedReminders(new Set(shown.current.keys()), tasks, reader)) shown.current.get(key)?.close()
  }, [tasks, queues, user.id])
  const keys = due.map(reminderKey).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each reminder that is due, whatever else has changed
  useEffect(() => {
    for (const task of due) remind(task)
  }, [keys])
  return null
}
