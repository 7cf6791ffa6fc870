import { Button, SegmentedControl } from '@mantine/core'
import { IconChecklist, IconPhonePlus } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { useNow } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { EmptyState, ErrorState, LoadingLines, PageHeader } from '../ui/index.ts'
import { CallBackDialog, type CallBackDraft } from './CallBackDialog.tsx'
import { openCall } from './call-drawer.ts'
import { groupWork, isFree, mayGiveBack, type WorkGroup } from './group-work.ts'
import { useCallBacks, useMissedCalls, type WorkItem, type WorkStatus } from './queries.ts'
import classes from './TasksScreen.module.css'
import { useWork } from './use-work.tsx'
import { WorkRow, type WorkRowActions } from './WorkRow.tsx'
import { words } from './words.ts'

type Kind = 'callBacks' | 'missed'

/** Who has to be called: call-backs and missed calls, the own ones and the queues'. Everything by letters on the row. */
export function TasksScreen() {
  const t = useWords(words)
  const user = useUser()
  const work = useWork()
  const [, go] = useLocation()
  const kind: Kind = new URLSearchParams(useSearch()).get('list') === 'missed' ? 'missed' : 'callBacks'
  const [status, setStatus] = useState<WorkStatus>('open')
  const [draft, setDraft] = useState<CallBackDraft | null>(null)
  const [focused, setFocused] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const { items, counts, error, refetch } = useItems(kind, status)
  const groups = items && shownGroups(items, status, user.id)
  const rows = groups?.flatMap((group) => group.items)
  const current = rows?.[Math.min(focused, rows.length - 1)]

  const moveTo = (index: number) => {
    const elements = list.current?.querySelectorAll<HTMLElement>('[data-row]')
    if (!elements || elements.length === 0) return
    const next = Math.max(0, Math.min(elements.length - 1, index))
    setFocused(next)
    elements[next]?.focus()
  }
  const actions: WorkRowActions = {
    call: (item) => void work.call(item),
    take: work.take,
    giveBack: work.giveBack,
    assign: work.assign,
    complete: (item, done) => {
      work.complete(item, done)
      // The next task slides under the cursor.
      requestAnimationFrame(() => moveTo(focused))
    },
    edit: (item) => {
      // A withheld number cannot be called back.
      if (item.entry.number === '') return
      setDraft(item.kind === 'callBack' ? { task: item.entry } : { number: item.entry.number, missedCallId: item.entry.id })
    },
    openCall,
  }
  const inList = () => list.current?.contains(document.activeElement) ?? false
  const onRow = (act: (item: WorkItem) => void) => () => {
    if (current && inList() && (status === 'done' || isFree(current, user.id))) act(current)
  }
  const open = status === 'open'
  const keys = [
    { keys: 'ArrowDown', title: t.next, run: () => moveTo(inList() ? focused + 1 : focused) },
    { keys: 'ArrowUp', title: t.previous, run: () => moveTo(focused - 1) },
    { keys: 'N', title: t.newCallBackHint, run: () => setDraft({ number: '' }) },
    ...(open
      ? [
          { keys: 'C', title: t.call, run: onRow(actions.call) },
          { keys: 'T', title: t.take, run: onRow(actions.take) },
          { keys: 'R', title: t.giveBack, run: onRow((item) => mayGiveBack(item) && actions.giveBack(item)) },
          { keys: 'E', title: t.edit, run: onRow(actions.edit) },
        ]
      : []),
    { keys: 'D', title: open ? t.done : t.reopen, run: onRow((item) => actions.complete(item, open)) },
  ]
  // In the dialog the arrows belong to its fields.
  useKeys('tasks', t.tasks, draft ? [] : keys)

  return (
    <div className={classes.screen}>
      <PageHeader title={t.tasks} note={rows && open ? t.tasksNote(rows.length) : undefined}>
        <SegmentedControl
          value={kind}
          onChange={(value) => {
            go(value === 'missed' ? '/tasks?list=missed' : '/tasks', { replace: true })
            setFocused(0)
          }}
          data={(['callBacks', 'missed'] as const).map((value) => ({
            value,
            label: counts[value] > 0 ? `${t.kinds[value]} · ${counts[value]}` : t.kinds[value],
          }))}
          data-testid="tasks-kind"
        />
        <SegmentedControl
          value={status}
          onChange={(value) => {
            setStatus(value === 'done' ? 'done' : 'open')
            setFocused(0)
          }}
          data={[
            { value: 'open', label: t.status.open },
            { value: 'done', label: t.status.done },
          ]}
          data-testid="tasks-status"
        />
        <Button
          leftSection={<IconPhonePlus size={16} stroke={1.75} />}
          onClick={() => setDraft({ number: '' })}
          title={`${t.newCallBackHint} · N`}
          data-testid="new-callback"
        >
          {t.newCallBack}
        </Button>
      </PageHeader>
      <div className={classes.body} ref={list}>
        {groups === undefined && error === null && <LoadingLines lines={6} />}
        {groups === undefined && error !== null && <ErrorState error={error} onRetry={refetch} />}
        {groups?.length === 0 && <Nothing kind={kind} status={status} />}
        {groups?.map((group) => (
          <Group key={`${group.kind}${group.queue?.number ?? ''}`} group={group} named={open}>
            {group.items.map((item) => (
              <TaskRow
                key={item.entry.id}
                item={item}
                isCurrent={item === current}
                onFocus={() => setFocused(rows?.indexOf(item) ?? 0)}
                actions={actions}
              />
            ))}
          </Group>
        ))}
      </div>
      {draft && <CallBackDialog draft={draft} onClose={() => setDraft(null)} />}
    </div>
  )
}

function useItems(kind: Kind, status: WorkStatus) {
  const callBacks = useCallBacks(status)
  const missed = useMissedCalls(status)
  const openCallBacks = useCallBacks('open')
  const openMissed = useMissedCalls('open')
  const { error, refetch } = kind === 'callBacks' ? callBacks : missed
  const items: readonly WorkItem[] | undefined =
    kind === 'callBacks'
      ? callBacks.data?.callBacks.map((entry) => ({ kind: 'callBack' as const, entry }))
      : missed.data?.missedCalls.map((entry) => ({ kind: 'missed' as const, entry }))
  return {
    items,
    error,
    refetch: () => void refetch(),
    counts: { callBacks: openCallBacks.data?.callBacks.length ?? 0, missed: openMissed.data?.missedCalls.length ?? 0 },
  }
}

/** Done ones are one list, the latest first, as the server sorts them. */
const shownGroups = (items: readonly WorkItem[], status: WorkStatus, userId: string): WorkGroup[] =>
  status === 'open' ? groupWork(items, userId) : items.length === 0 ? [] : [{ kind: 'mine', queue: null, items }]

function Group({ group, named, children }: { group: WorkGroup; named: boolean; children: React.ReactNode }) {
  const t = useWords(words)
  const name =
    group.kind === 'mine'
      ? t.mine
      : group.kind === 'shared'
        ? t.sharedOf(group.queue?.name ?? '')
        : group.kind === 'direct'
          ? t.directMissed
          : t.ofOthers
  return (
    <section aria-label={name}>
      {named && (
        <h2 className={classes.group}>
          {name} <span className={classes.count}>{group.items.length}</span>
        </h2>
      )}
      <ul className={classes.list}>{children}</ul>
    </section>
  )
}

interface TaskRowProps {
  readonly item: WorkItem
  readonly isCurrent: boolean
  readonly onFocus: () => void
  readonly actions: WorkRowActions
}

function TaskRow({ item, isCurrent, onFocus, actions }: TaskRowProps) {
  const nowMs = useNow()
  return <WorkRow item={item} nowMs={nowMs} tabIndex={isCurrent ? 0 : -1} onFocus={onFocus} actions={actions} />
}

function Nothing({ kind, status }: { kind: Kind; status: WorkStatus }) {
  const t = useWords(words)
  const [title, hint] =
    status === 'done'
      ? [t.noDone, t.noDoneHint]
      : kind === 'missed'
        ? [t.noMissed, t.noMissedHint]
        : [t.noCallBacks, t.noCallBacksHint]
  return <EmptyState icon={IconChecklist} title={title} hint={hint} />
}
