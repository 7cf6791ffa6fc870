import { expect, it } from 'vitest'
import { takeLapsesMs } from '../../server/contract/index.ts'
import { dueReminders, outdatedReminders, reminderKey } from './due-reminders.ts'

const me = { id: 'me', name: 'Me' }
const boris = { id: 'boris', name: 'Boris' }
const sales = { number: '701', name: 'Sales' }
const minute = 60_000
const task = (more: object = {}) => ({
  id: 't',
  dueAtMs: 100 * minute,
  remindBeforeMs: 5 * minute,
  doneAtMs: null,
  holder: me,
  takenAtMs: 0,
  queue: null,
  ...more,
})
const shared = (more: object = {}) => task({ queue: sales, holder: null, takenAtMs: null, ...more })
const reader = (minutes: number, queues = ['701']) => ({ userId: 'me', queues, nowMs: minutes * minute })
const at = (minutes: number, reminded: string[] = []) => ({ ...reader(minutes), reminded: new Set(reminded) })

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
    task({ holder: boris }),
    task({ dueAtMs: null }),
    task({ remindBeforeMs: null }),
    task({ dueAtMs: -12 * 60 * minute }),
  ]
  expect(dueReminders(others, at(99))).toEqual([])
})

it('reminds everybody of the queue of a shared one while nobody has it, and nobody of another queue', () => {
  expect(dueReminders([shared()], at(94))).toEqual([])
  expect(dueReminders([shared()], at(95))).toHaveLength(1)
  expect(dueReminders([shared()], { ...reader(95, ['702']), reminded: new Set() })).toEqual([])
  expect(dueReminders([shared({ holder: boris, takenAtMs: 90 * minute })], at(95))).toEqual([])
  expect(dueReminders([shared({ holder: me, takenAtMs: 90 * minute })], at(95))).toHaveLength(1)
})

it('reminds everybody of the queue when who took it has forgotten it', () => {
  const taken = shared({ holder: boris, takenAtMs: 0, dueAtMs: takeLapsesMs })
  expect(dueReminders([taken], { ...reader(0), nowMs: takeLapsesMs, reminded: new Set() })).toEqual([])
  expect(dueReminders([taken], { ...reader(0), nowMs: takeLapsesMs + 1, reminded: new Set() })).toHaveLength(1)
})

it('a reminder is outdated once its task is done, gone, another’s or at another time', () => {
  const shown = new Set([reminderKey(task())])
  expect(outdatedReminders(shown, [task(), task({ id: 'other' })], reader(99))).toEqual([])
  expect(outdatedReminders(shown, [shared()], reader(99))).toEqual([])
  for (const tasks of [
    [],
    [task({ doneAtMs: 1 })],
    [task({ holder: null })],
    [task({ holder: boris })],
    [shared({ holder: boris, takenAtMs: 98 * minute })],
    [shared({ queue: { number: '702', name: 'Support' } })],
    [task({ dueAtMs: 1 })],
  ])
    expect(outdatedReminders(shown, tasks, reader(99))).toEqual([...shown])
})
