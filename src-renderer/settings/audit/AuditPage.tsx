import { Drawer } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { AuditAction, type AuditRecord } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { formatPhone, nothing, useFormat } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { serverNow } from '../../app/live/live.ts'
import { type DayPeriod, periodText } from '../../ui/day-period.ts'
import { type Column, DataTable, EmptyState, FilterSelect, LoadMore } from '../../ui/index.ts'
import { PeriodFilter } from '../../ui/PeriodFilter.tsx'
import { usePauseReasonName } from '../../workplace/index.ts'
import classes from '../Settings.module.css'
import { words } from '../words.ts'
import { detailName, detailValue, moreDetails } from './audit-text.ts'
import { auditWords } from './words.ts'

const pageSize = 100

/** What people did in others' calls and in the settings. */
export function AuditPage() {
  const t = useWords(auditWords)
  const title = useWords(words).pages.audit
  const api = useApi()
  const [period, setPeriod] = useState<DayPeriod>('week')
  const [actorId, setActorId] = useState<string | null>(null)
  const [action, setAction] = useState<AuditAction | null>(null)
  const [opened, setOpened] = useState<AuditRecord | null>(null)
  const people = useQuery({ queryKey: ['users'], queryFn: () => api.listUsers() })
  const span = periodText(period)
  const asked = {
    limit: pageSize,
    ...(span !== undefined && { period: span }),
    ...(actorId !== null && { actorId }),
    ...(action !== null && { action }),
  }
  const pages = useInfiniteQuery({
    queryKey: ['auditLog', asked],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => api.auditLog({ query: { ...asked, offset: pageParam } }),
    getNextPageParam: (last, all) => {
      const shown = all.reduce((sum, page) => sum + page.records.length, 0)
      return last.records.length > 0 && shown < last.total ? shown : null
    },
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const columns = useColumns()
  const rows = useMemo(() => {
    // What was done meanwhile pushes the pages: the last of one may be the first of the next.
    const all = new Map(pages.data?.pages.flatMap((page) => page.records.map((record) => [record.id, record])))
    return pages.data && [...all.values()]
  }, [pages.data])
  const total = pages.data?.pages[0]?.total
  return (
    <>
      <p className={classes.note}>{t.note}</p>
      <div className={classes.tableTools} data-testid="audit-filters">
        <PeriodFilter period={period} onChange={setPeriod} testId="audit-period" />
        <FilterSelect
          label={t.who}
          all={t.anybody}
          width={200}
          options={(people.data?.users ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={actorId}
          onChange={setActorId}
          testId="audit-actor"
        />
        <FilterSelect
          label={t.what}
          all={t.anything}
          width={280}
          options={AuditAction.options.map((value) => ({ value, label: t.actions[value] }))}
          value={action}
          onChange={setAction}
          testId="audit-action"
        />
        {total !== undefined && <span style={{ marginLeft: 'auto' }}>{t.total(total)}</span>}
      </div>
      <div className={classes.table} data-testid="audit-log">
        <DataTable
          label={title}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          error={pages.error}
          onRetry={() => void pages.refetch()}
          onOpen={setOpened}
          minWidth="860px"
          empty={<EmptyState title={t.empty} hint={t.emptyHint} />}
        />
      </div>
      {pages.hasNextPage && (
        <LoadMore loading={pages.isFetchingNextPage} onMore={() => void pages.fetchNextPage()} testId="audit-more" />
      )}
      {opened && <RecordDrawer record={opened} onClose={() => setOpened(null)} />}
    </>
  )
}

function useActionName(): (record: AuditRecord) => string {
  const t = useWords(auditWords)
  return ({ action }) => {
    const known = AuditAction.safeParse(action).data
    return known === undefined ? action : t.actions[known]
  }
}

function useColumns(): Column<AuditRecord>[] {
  const t = useWords(auditWords)
  const format = useFormat()
  const nameOf = useActionName()
  const pauseReason = usePauseReasonName()
  const detailsOf = (record: AuditRecord) =>
    moreDetails(record)
      .filter(({ value }) => value !== null && value !== '')
      .map((detail) => `${detailName(detail, t)}: ${detailValue(detail, { t, format, pauseReason })}`)
      .join(', ')
  return [
    {
      id: 'when',
      title: t.when,
      width: '112px',
      render: ({ atMs }) => <time title={format.dateTime(atMs)}>{format.moment(atMs, serverNow())}</time>,
    },
    { id: 'who', title: t.who, width: '140px', render: ({ actorName }) => <span title={actorName}>{actorName}</span> },
    { id: 'what', title: t.what, width: '244px', render: (record) => <span title={nameOf(record)}>{nameOf(record)}</span> },
    { id: 'about', title: t.about, width: '160px', render: ({ about }) => <About of={about} /> },
    {
      id: 'details',
      title: t.details,
      render: (record) => <span className={classes.inactive}>{detailsOf(record) || nothing}</span>,
    },
  ]
}

function About({ of }: { of: string | null }) {
  if (of === null) return nothing
  const text = formatPhone(of)
  return <span title={text}>{text}</span>
}

/** Everything that was written of one action. */
function RecordDrawer({ record, onClose }: { record: AuditRecord; onClose: () => void }) {
  const t = useWords(auditWords)
  const format = useFormat()
  const pauseReason = usePauseReasonName()
  const nameOf = useActionName()
  const { omitted } = record
  const details = moreDetails(record)
  return (
    <Drawer opened onClose={onClose} position="right" size={460} title={nameOf(record)}>
      <dl className={classes.facts} style={{ marginTop: 12 }} data-testid="audit-details">
        <dt>{t.when}</dt>
        <dd>
          {format.date(record.atMs)}, {format.timeWithSeconds(record.atMs)}
        </dd>
        <dt>{t.who}</dt>
        <dd>{record.actorName}</dd>
        {record.about !== null && (
          <>
            <dt>{t.about}</dt>
            <dd>{formatPhone(record.about)}</dd>
          </>
        )}
        {details.map((detail) => [
          <dt key={`${detail.name} name`}>{detailName(detail, t)}</dt>,
          <dd key={detail.name} style={{ overflowWrap: 'anywhere' }}>
            {detailValue(detail, { t, format, pauseReason })}
          </dd>,
        ])}
      </dl>
      {record.details.length === 0 && <p className={classes.note}>{t.noDetails}</p>}
      {omitted > 0 && <p className={classes.note}>{t.more(omitted)}</p>}
    </Drawer>
  )
}
