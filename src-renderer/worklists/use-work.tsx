import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { ApiError, type CallBack } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { useLive } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { useDial, useTellError } from '../workplace/actions.ts'
import { useWorkActions } from './queries.ts'
import { words } from './words.ts'
import type { WorkItem } from './work-pages.ts'

/** The queues whose lists this person may write to. */
export function useOwnQueues(): readonly { number: string; name: string }[] {
  const user = useUser()
  const queues = useLive((state) => state.view?.queues)
  const own = useLive((state) => state.view?.operators.find((operator) => operator.id === user.id)?.queues)
  if (!queues) return []
  return user.role === 'operator' ? queues.filter(({ number }) => own?.includes(number)) : queues
}

/** What is done to an entry, with a clear word when somebody was faster. */
export function useWork() {
  const t = useWords(words)
  const user = useUser()
  const dial = useDial()
  const tell = useTellError()
  const { take, giveBack, complete, assign } = useWorkActions()

  const refused = (error: unknown) => {
    const fields = error instanceof ApiError && error.code === 'conflict' ? error.fields : {}
    const holder = fields['holder']
    if (holder !== undefined) notifications.show({ color: 'yellow', message: t.heldAlready(holder) })
    else if (fields['done'] !== undefined) notifications.show({ color: 'yellow', message: t.doneAlready })
    else tell(t.actionFailed, error)
  }
  const mark = (items: readonly WorkItem[], done: boolean) => {
    const [first] = items
    if (first) void complete({ kind: first.kind, ids: items.map(({ entry }) => entry.id), done }).catch(refused)
  }

  return {
    take: (item: WorkItem) => void take(item).catch(refused),
    assign: (entry: CallBack, operatorId: string) => void assign({ entry, operatorId }).catch(refused),
    giveBack: (item: WorkItem) => void giveBack(item).catch(refused),
    /** A shared one is taken first: two operators never call the same person. */
    call: async (item: WorkItem) => {
      if (item.entry.number === '') return
      try {
        if (item.entry.holder?.id !== user.id) await take(item)
      } catch (error) {
        refused(error)
        return
      }
      dial(item.entry.number)
    },
    /** Entries of one list, with the way back for a few seconds. */
    complete: (items: readonly WorkItem[], done: boolean) => {
      mark(items, done)
      if (!done) return
      const id = `done-${items[0]?.entry.id}`
      const undo = () => {
        notifications.hide(id)
        mark(items, false)
      }
      notifications.show({
        id,
        title: items.length > 1 ? t.markedDoneMany(items.length) : t.markedDone,
        message: (
          <Button size="compact-xs" variant="light" onClick={undo} data-testid="undo">
            {t.undo}
          </Button>
        ),
      })
    },
  }
}
