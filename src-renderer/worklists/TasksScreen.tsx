import { Button, SegmentedControl } from '@mantine/core'
import { IconChecklist, IconPhonePlus } from '@tabler/icons-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { serverNow, useNow } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { EmptyState, ErrorState, Kbd, LoadingLines, LoadMore, PageHeader } from '../ui/index.ts'
import { CallBackDialog, type CallBackDraft } from './CallBackDialog.tsx'
import { openCall } from './call-drawer.ts'
import { groupWork, isFree, mayGiveBack, type WorkGroup } from './group-work.ts'
import { allOrNone, nothingPicked, stillPicked, stretched, toggled } from './picks.ts'
import { useWorkList, type WorkStatus } from './queries.ts'
import classes from './TasksScreen.module.css'
import { useWork } from './use-work.tsx'
import { type Picking, WorkRow, type WorkRowActions } from './WorkRow.tsx'
import { words } from './words.ts'
import type { WorkItem } from './work-pages.ts'

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
  const [picks, setPicks] = useState(nothingPicked)
  const list = useRef<HTMLDivElement>(null)
  const { shown, counts } = useLists(kind, status)
  const { items, error } = shown
  const groups = items && shownGroups(items, status, user.id)
  const rows = groups?.flatMap((group) => group.items)
  const current = rows?.[Math.min(focused, rows.length - 1)]
  const open = status === 'open'
  const mayActOn = (item: WorkItem) => !open || isFree(item, { userId: user.id, nowMs: serverNow() })
  // Whom nobody will call back any more is put away in heaps; a call-back is somebody's word.
  const pickable = kind === 'missed' && open ? (rows?.filter(mayActOn).map(({ entry }) => entry.id) ?? []) : []
  const picked = stillPicked(picks, pickable)

  const inList = () => list.current?.contains(document.activeElement) ?? false
  const moveTo = (index: number) => {
    const elements = list.current?.querySelectorAll<HTMLElement>('[data-row]')
    if (!elements || elements.length === 0) return
    const next = Math.max(0, Math.min(elements.length - 1, index))
    setFocused(next)
    elements[next]?.focus()
  }
  /** The entry whose row has the cursor. */
  const cursor = useRef<string | null>(null)
  // Taken or given back, a row goes to another group: a new element, without the cursor.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what the list has decides
  useLayoutEffect(() => {
    const index = rows?.findIndex(({ entry }) => entry.id === cursor.current) ?? -1
    if (index >= 0 && document.activeElement === document.body) moveTo(index)
  }, [items])
  const complete = (what: readonly WorkItem[], done: boolean) => {
    const [first] = what
    if (!first) return
    work.complete(what, done)
    setPicks(nothingPicked)
    // The next task slides under the cursor.
    const at = what.length > 1 ? (rows?.indexOf(first) ?? 0) : focused
    requestAnimationFrame(() => moveTo(at))
  }
  const completePicked = () => complete(rows?.filter(({ entry }) => picked.includes(entry.id)) ?? [], true)
  const startAnew = () => {
    setFocused(0)
    setPicks(nothingPicked)
  }
  const actions: WorkRowActions = {
    call: (item) => void work.call(item),
    take: work.take,
    giveBack: work.giveBack,
    assign: work.assign,
    complete: (item, done) => complete([item], done),
    edit: (item) => {
      // A withheld number cannot be called back.
      if (item.entry.number === '') return
      setDraft(item.kind === 'callBack' ? { task: item.entry } : { number: item.entry.number, missedCallId: item.entry.id })
    },
    openCall,
  }
  const onRow = (act: (item: WorkItem) => void) => () => {
    if (current && inList() && mayActOn(current)) act(current)
  }
  const pick = (item: WorkItem, stretch: boolean) => {
    const { id } = item.entry
    if (pickable.includes(id)) setPicks(stretch ? stretched(picks, { rows: pickable, from: id, to: id }) : toggled(picks, id))
  }
  const stretchBy = (step: number) => {
    if (!rows || !current || !inList()) return
    const index = rows.indexOf(current) + step
    const [from, to] = [current.entry.id, rows[index]?.entry.id]
    if (to !== undefined && [from, to].every((id) => pickable.includes(id)))
      setPicks(stretched(picks, { rows: pickable, from, to }))
    moveTo(index)
  }
  const pickKeys = [
    { keys: 'X', title: t.pickHint, run: onRow((item) => pick(item, false)) },
    { keys: 'Shift+ArrowDown', title: t.pickMore, run: () => stretchBy(1) },
    { keys: 'Shift+ArrowUp', title: t.pickMore, run: () => stretchBy(-1) },
    { keys: 'A', title: t.pickAll, run: () => setPicks(allOrNone({ ids: new Set(picked), anchor: null }, pickable)) },
    ...(picked.length > 0 ? [{ keys: 'Escape', title: t.pickNone, run: () => setPicks(nothingPicked) }] : []),
  ]
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
    {
      keys: 'D',
      title: open ? t.done : t.reopen,
      run: picked.length > 0 ? completePicked : onRow((item) => actions.complete(item, open)),
    },
    ...(pickable.length > 0 ? pickKeys : []),
  ]
  // In the dialog the arrows belong to its fields.
  useKeys('tasks', t.tasks, draft ? [] : keys)

  return (
    <div className={classes.screen}>
      <PageHeader title={t.tasks} note={rows && open ? t.tasksNote(shown.total) : undefined}>
        <SegmentedControl
          value={kind}
          onChange={(value) => {
            go(value === 'missed' ? '/tasks?list=missed' : '/tasks', { replace: true })
            startAnew()
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
            startAnew()
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
        {groups === undefined && error !== null && <ErrorState error={error} onRetry={shown.refetch} />}
        {groups?.length === 0 && <Nothing kind={kind} status={status} />}
        {groups?.map((group) => (
          <Group key={`${group.kind}${group.queue?.number ?? ''}`} group={group} named={open} hasMore={shown.hasMore}>
            {group.items.map((item) => (
              <TaskRow
                key={item.entry.id}
                item={item}
                isCurrent={item === current}
                onFocus={() => {
                  cursor.current = item.entry.id
                  setFocused(rows?.indexOf(item) ?? 0)
                }}
                onLeave={() => {
                  cursor.current = null
                }}
                actions={actions}
                picking={
                  kind === 'missed' && open
                    ? { picked: picked.includes(item.entry.id), onPick: (stretch) => pick(item, stretch) }
                    : null
                }
              />
            ))}
          </Group>
        ))}
        {shown.hasMore && (
          <LoadMore
            loading={shown.loadingMore}
            onMore={shown.loadMore}
            note={open ? t.shownOf(rows?.length ?? 0, shown.total) : undefined}
            testId="tasks-more"
          />
        )}
      </div>
      {picked.length > 0 && (
        <section className={classes.picked} aria-label={t.pickedOnes} data-testid="tasks-picked">
          <span role="status">{t.picked(picked.length)}</span>
          <Button size="xs" onClick={completePicked} rightSection={<Kbd keys="D" />} data-testid="picked-done">
            {t.done}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            onClick={() => setPicks(nothingPicked)}
            rightSection={<Kbd keys="Escape" />}
          >
            {t.pickNone}
          </Button>
        </section>
      )}
      {draft && <CallBackDialog draft={draft} onClose={() => setDraft(null)} />}
    </div>
  )
}

function useLists(kind: Kind, status: WorkStatus) {
  const shown = useWorkList(kind === 'callBacks' ? 'callBack' : 'missed', status)
  const callBacks = useWorkList('callBack', 'open')
  const missed = useWorkList('missed', 'open')
  return { shown, counts: { callBacks: callBacks.total, missed: missed.total } }
}

/** Done ones are one list, the latest first, as the server sorts them. */
const shownGroups = (items: readonly WorkItem[], status: WorkStatus, userId: string): WorkGroup[] =>
  status === 'open' ? groupWork(items, userId) : items.length === 0 ? [] : [{ kind: 'mine', queue: null, items }]

interface GroupProps {
  readonly group: WorkGroup
  readonly named: boolean
  /** There are entries that were not asked for yet. */
  readonly hasMore: boolean
  readonly children: React.ReactNode
}

function Group({ group, named, hasMore, children }: GroupProps) {
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
          {name}{' '}
          <span className={classes.count}>
            {hasMore && group.kind !== 'mine' ? `${group.items.length}+` : group.items.length}
          </span>
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
  readonly onLeave: () => void
  readonly actions: WorkRowActions
  readonly picking: Picking | null
}

function TaskRow({ isCurrent, ...row }: TaskRowProps) {
  const nowMs = useNow()
  return <WorkRow {...row} nowMs={nowMs} tabIndex={isCurrent ? 0 : -1} />
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
