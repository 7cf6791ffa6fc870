import { expect, it } from 'vitest'
import { dueReminders, outdatedReminders, reminderKey } from './due-reminders.ts'

const me = { id: 'me', name: 'Me' }
const minute = 60_000
const task = (more: object = {}) => ({
  id: 't',
  dueAtMs: 100 * minute,
  remindBeforeMs: 5 * minute,
  doneAtMs: null,
  holder: me,
  ...more,
})
const at = (minutes: number, reminded: string[] = []) => ({
  userId: 'me',
  nowMs: minutes * minute,
  reminded: new Set(reminded),
})

it('reminds of own open tasks when the time before they are due has come, once', () => {
  expect(dueReminders([task()], at(94))).toEqual([])
  expect(dueReminders([task()], at(95))).toHaveLength(1)
  expect(dueReminders([task()], at(95, [reminderKey(task())]))).toEqual([])
  expect(dueReminders([task({ dueAtMs: 101 * minute })], at(96, [reminderKey(task())]))).toHaveLength(1)
})

it('does not remind of what is done, of others’, without a time or a reminder, or long gone', () => {
  const others = [
    task({ doneAtMs: 1 }),
    task({ holder: null }),
    task({ holder: { id: 'x', name: '' } }),
    task({ dueAtMs: null }),
    task({ remindBeforeMs: null }),
    task({ dueAtMs: -12 * 60 * minute }),
  ]
  expect(dueReminders(others, at(99))).toEqual([])
})

it('a reminder is outdated once its task is done, gone, another’s or at another time', () => {
  const shown = new Set([reminderKey(task())])
  expect(outdatedReminders(shown, [task(), task({ id: 'other' })], 'me')).toEqual([])
  for (const tasks of [
    [],
    [task({ doneAtMs: 1 })],
    [task({ holder: null })],
    [task({ holder: { id: 'x', name: '' } })],
    [task({ dueAtMs: 1 })],
  ])
    expect(outdatedReminders(shown, tasks, 'me')).toEqual([...shown])
})
