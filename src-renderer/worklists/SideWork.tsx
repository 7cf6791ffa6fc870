import { IconPhone } from '@tabler/icons-react'
import { Link } from 'wouter'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useNow } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { ErrorState, LoadingLines, PhoneNumber } from '../ui/index.ts'
import blocks from '../ui/side-block.module.css'
import { isOverdue } from './due.ts'
import { groupWork, isFree } from './group-work.ts'
import { useWorkList } from './queries.ts'
import classes from './SideWork.module.css'
import { useWork } from './use-work.tsx'
import { words } from './words.ts'
import type { WorkItem } from './work-pages.ts'

const shown = { callBacks: 4, missed: 3 } as const

/** Beside the card: the next call-backs and missed callers one could call, a click calls. */
export function SideWork() {
  const callBacks = useWorkList('callBack', 'open')
  const missed = useWorkList('missed', 'open')
  return (
    <>
      <Block kind="callBacks" list={callBacks} />
      <Block kind="missed" list={missed} />
    </>
  )
}

interface BlockProps {
  readonly kind: 'callBacks' | 'missed'
  readonly list: ReturnType<typeof useWorkList>
}

function Block({ kind, list: { items, error, refetch, hasMore } }: BlockProps) {
  const t = useWords(words)
  const user = useUser()
  const nowMs = useNow()
  // What somebody else has in hand is in the list, not in the way here.
  const mine =
    items &&
    groupWork(
      items.filter((item) => isFree(item, { userId: user.id, nowMs })),
      user.id,
    ).flatMap((group) => group.items)
  const late = mine?.filter((item) => item.kind === 'callBack' && isOverdue(item.entry, nowMs)).length ?? 0
  return (
    <section className={blocks.block} aria-label={t.kinds[kind]}>
      <h3 className={blocks.title}>
        <Link href={kind === 'missed' ? '/tasks?list=missed' : '/tasks'} className={classes.titleLink}>
          {t.kinds[kind]}
        </Link>
        {mine !== undefined && mine.length > 0 && (
          <span className={classes.count} data-testid={`side-${kind}-count`}>
            {hasMore ? `${mine.length}+` : mine.length}
          </span>
        )}
        {late > 0 && <span className={classes.late}>{t.overdueCount(late)}</span>}
      </h3>
      {mine === undefined && error === null && <LoadingLines lines={2} />}
      {mine === undefined && error !== null && <ErrorState error={error} onRetry={refetch} />}
      {mine?.length === 0 && <div className={blocks.none}>{kind === 'missed' ? t.noMissed : t.noCallBacks}</div>}
      {mine?.slice(0, shown[kind]).map((item) => (
        <Row key={item.entry.id} item={item} nowMs={nowMs} />
      ))}
    </section>
  )
}

function Row({ item, nowMs }: { item: WorkItem; nowMs: number }) {
  const t = useWords(words)
  const format = useFormat()
  const work = useWork()
  const { entry } = item
  const name = entry.customer?.name ?? (item.kind === 'missed' ? item.entry.callerName : '')
  const due = item.kind === 'missed' ? item.entry.lastAtMs : item.entry.dueAtMs
  return (
    <button
      type="button"
      className={blocks.row}
      title={item.kind === 'callBack' ? `${t.call}: ${item.entry.reason}` : `${t.call}: ${t.calls(item.entry.count)}`}
      onClick={() => void work.call(item)}
      data-testid={item.kind === 'callBack' ? 'side-callback' : 'side-missed'}
    >
      <IconPhone size={14} stroke={1.5} aria-hidden />
      <span className={blocks.name}>{name !== '' ? name : <PhoneNumber number={entry.number} />}</span>
      {item.kind === 'missed' && item.entry.count > 1 && <span className={classes.times}>×{item.entry.count}</span>}
      <span className={classes.due} data-late={(item.kind === 'callBack' && isOverdue(item.entry, nowMs)) || undefined}>
        {due === null ? t.asap : format.moment(due, nowMs)}
      </span>
    </button>
  )
}
