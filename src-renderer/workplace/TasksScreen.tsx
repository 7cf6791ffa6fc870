import { Button, SegmentedControl } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArrowBackUp, IconCheck, IconChecklist, IconPhone } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { CallBack } from '../../server/contract/index.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { useNow } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { EmptyState, ErrorState, Kbd, LoadingLines, PageHeader, PhoneNumber, ToneBadge } from '../ui/index.ts'
import { useDial, useTellError } from './actions.ts'
import { byDue, isOverdue } from './due.ts'
import { useCallBacks, useCompleteCallBack } from './queries.ts'
import classes from './TasksScreen.module.css'
import { words } from './words.ts'

type Status = 'open' | 'done'

/** Who has to be called back, the most due first. Enter calls, D is done. */
export function TasksScreen() {
  const t = useWords(words)
  const nowMs = useNow()
  const [status, setStatus] = useState<Status>('open')
  const [focused, setFocused] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const { data, error, refetch } = useCallBacks(status)
  const dial = useDial()
  const mark = useComplete()
  const tasks = data && sortTasks(data.callBacks, status)
  const current = tasks?.[Math.min(focused, tasks.length - 1)]

  const moveTo = (index: number) => {
    if (!tasks || tasks.length === 0) return
    const next = Math.max(0, Math.min(tasks.length - 1, index))
    setFocused(next)
    list.current?.querySelectorAll<HTMLElement>('li')[next]?.focus()
  }
  const complete = (task: CallBack, done: boolean) => {
    mark(task, done)
    // The next task slides under the cursor.
    requestAnimationFrame(() => moveTo(focused))
  }
  const withCurrent = (act: (task: CallBack) => void) => () => {
    if (current && list.current?.contains(document.activeElement)) act(current)
  }
  useKeys('tasks', t.tasks, [
    {
      keys: 'ArrowDown',
      title: t.next,
      run: () => moveTo(list.current?.contains(document.activeElement) ? focused + 1 : focused),
    },
    { keys: 'ArrowUp', title: t.previous, run: () => moveTo(focused - 1) },
    { keys: 'C', title: t.call, run: withCurrent((task) => dial(task.number)) },
    { keys: 'D', title: status === 'open' ? t.done : t.reopen, run: withCurrent((task) => complete(task, status === 'open')) },
  ])

  return (
    <div className={classes.screen}>
      <PageHeader title={t.tasks} note={tasks && status === 'open' ? t.tasksNote(tasks.length) : undefined}>
        <SegmentedControl
          value={status}
          onChange={(value) => {
            setStatus(value === 'done' ? 'done' : 'open')
            setFocused(0)
          }}
          data={[
            { value: 'open', label: t.open },
            { value: 'done', label: t.doneTab },
          ]}
        />
      </PageHeader>
      <div className={classes.body}>
        {tasks === undefined && error === null && <LoadingLines lines={6} />}
        {tasks === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
        {tasks?.length === 0 && (
          <EmptyState
            icon={IconChecklist}
            title={status === 'open' ? t.noTasks : t.noDone}
            hint={status === 'open' ? t.noTasksHint : t.noDoneHint}
          />
        )}
        {tasks !== undefined && tasks.length > 0 && (
          <ul ref={list} className={classes.list} aria-label={t.callBacks}>
            {tasks.map((task, index) => (
              <TaskRow
                key={task.id}
                task={task}
                nowMs={nowMs}
                tabIndex={task === current ? 0 : -1}
                onFocus={() => setFocused(index)}
                onCall={() => dial(task.number)}
                onDone={() => complete(task, status === 'open')}
              />
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}

const sortTasks = (tasks: readonly CallBack[], status: Status): CallBack[] =>
  status === 'open' ? tasks.toSorted(byDue) : tasks.toSorted((a, b) => (b.doneAtMs ?? 0) - (a.doneAtMs ?? 0))

/** Marks a task and offers the way back for a few seconds. */
function useComplete(): (task: CallBack, done: boolean) => void {
  const t = useWords(words)
  const tell = useTellError()
  const { mutate } = useCompleteCallBack()
  const mark = (task: CallBack, done: boolean) =>
    mutate({ id: task.id, done }, { onError: (error) => tell(t.actionFailed, error) })
  return (task, done) => {
    mark(task, done)
    if (!done) return
    const id = `done-${task.id}`
    notifications.show({
      id,
      title: t.markedDone,
      message: (
        <Button
          size="compact-xs"
          variant="light"
          onClick={() => {
            notifications.hide(id)
            mark(task, false)
          }}
          data-testid="undo"
        >
          {t.undo}
        </Button>
      ),
    })
  }
}

/** The row's keys, seen where they work: on the row that has the cursor. */
const KeyHint = ({ keys }: { keys: string }) => (
  <span className={classes.key}>
    <Kbd keys={keys} />
  </span>
)

interface TaskRowProps {
  task: CallBack
  nowMs: number
  tabIndex: number
  onFocus: () => void
  onCall: () => void
  onDone: () => void
}

function TaskRow({ task, nowMs, tabIndex, onFocus, onCall, onDone }: TaskRowProps) {
  const t = useWords(words)
  const format = useFormat()
  const user = useUser()
  const done = task.doneAtMs !== null
  const late = !done && isOverdue(task, nowMs)
  const dueMs = done ? task.doneAtMs : task.dueAtMs
  return (
    <li className={classes.row} data-testid="callback-row" data-late={late || undefined} tabIndex={tabIndex} onFocus={onFocus}>
      <div className={classes.due}>
        <span>{dueMs === null ? t.asap : format.moment(dueMs, nowMs)}</span>
        {late && <ToneBadge tone="alarm">{t.overdueMark}</ToneBadge>}
      </div>
      <div className={classes.who}>
        <div className={classes.name}>
          <span title={task.customer?.name}>{task.customer?.name ?? <PhoneNumber number={task.number} />}</span>
          {task.customer?.tag && <ToneBadge tone="own">{task.customer.tag}</ToneBadge>}
        </div>
        <div className={classes.number}>
          <PhoneNumber number={task.number} />
          {task.holder && task.holder.id !== user.id && <span> · {task.holder.name}</span>}
        </div>
      </div>
      <div className={classes.reason} title={task.reason}>
        {task.reason}
      </div>
      <div className={classes.actions}>
        <Button
          size="xs"
          variant="light"
          tabIndex={tabIndex}
          leftSection={<IconPhone size={14} stroke={1.75} />}
          onClick={onCall}
          rightSection={<KeyHint keys="C" />}
        >
          {t.call}
        </Button>
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          tabIndex={tabIndex}
          leftSection={done ? <IconArrowBackUp size={14} stroke={1.75} /> : <IconCheck size={14} stroke={1.75} />}
          rightSection={<KeyHint keys="D" />}
          onClick={onDone}
          data-testid="callback-done"
        >
          {done ? t.reopen : t.done}
        </Button>
      </div>
    </li>
  )
}
