import type { CallBack } from '../../server/contract/index.ts'

type Task = Pick<CallBack, 'id' | 'dueAtMs' | 'remindBeforeMs' | 'doneAtMs' | 'holder'>

/** What a reminder is for: the same task at another time is another reminder. */
export const reminderKey = (task: Pick<Task, 'id' | 'dueAtMs'>): string => `${task.id} ${task.dueAtMs}`

/** Reminded of before, and now done, given away or moved to another time: of no use any more. `shown` are keys. */
export function outdatedReminders(shown: ReadonlySet<string>, tasks: readonly Task[], userId: string): string[] {
  const standing = tasks.filter(({ doneAtMs, holder }) => doneAtMs === null && holder?.id === userId)
  const keys = new Set(standing.map(reminderKey))
  return [...shown].filter((key) => !keys.has(key))
}

/** One that is older than this was for a person who was not here: the overdue mark in the list tells it. */
const staleMs = 12 * 3_600_000

/** Own tasks whose reminder's time has come and which nobody was reminded of yet. */
export function dueReminders<T extends Task>(
  tasks: readonly T[],
  by: { readonly userId: string; readonly nowMs: number; readonly reminded: ReadonlySet<string> },
): T[] {
  return tasks.filter((task) => {
    if (task.doneAtMs !== null || task.dueAtMs === null || task.remindBeforeMs === null) return false
    if (task.holder?.id !== by.userId || by.reminded.has(reminderKey(task))) return false
    const atMs = task.dueAtMs - task.remindBeforeMs
    return atMs <= by.nowMs && by.nowMs - task.dueAtMs < staleMs
  })
}
