import { type CallBack, isFreeWork, remindedForMs } from '../../server/contract/index.ts'

type Task = Pick<CallBack, 'id' | 'dueAtMs' | 'remindBeforeMs' | 'doneAtMs' | 'holder' | 'queue' | 'takenAtMs'>

interface Reader {
  readonly userId: string
  /** Numbers of the queues this person answers. */
  readonly queues: readonly string[]
  readonly nowMs: number
}

/** What a reminder is for: the same task at another time is another reminder. */
export const reminderKey = (task: Pick<Task, 'id' | 'dueAtMs'>): string => `${task.id} ${task.dueAtMs}`

/** Whom to remind: who has the task; while nobody has it, everybody who answers its queue. */
const concerns = (task: Task, { userId, queues, nowMs }: Reader): boolean =>
  task.doneAtMs === null &&
  (task.holder?.id === userId || (isFreeWork(task, nowMs) && task.queue !== null && queues.includes(task.queue.number)))

/** Reminded of before, and now done, in another's hands or moved to another time: of no use any more. `shown` are keys. */
export function outdatedReminders(shown: ReadonlySet<string>, tasks: readonly Task[], reader: Reader): string[] {
  const keys = new Set(tasks.filter((task) => concerns(task, reader)).map(reminderKey))
  return [...shown].filter((key) => !keys.has(key))
}

/** Tasks whose reminder's time has come and of which this person was not reminded yet. */
export function dueReminders<T extends Task>(
  tasks: readonly T[],
  { reminded, ...reader }: Reader & { readonly reminded: ReadonlySet<string> },
): T[] {
  return tasks.filter((task) => {
    if (task.dueAtMs === null || task.remindBeforeMs === null) return false
    if (!concerns(task, reader) || reminded.has(reminderKey(task))) return false
    const atMs = task.dueAtMs - task.remindBeforeMs
    return atMs <= reader.nowMs && reader.nowMs - task.dueAtMs < remindedForMs
  })
}
