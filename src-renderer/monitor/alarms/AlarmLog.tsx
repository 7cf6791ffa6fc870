import { Select } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { AlarmKind, AlarmLevel, type AlarmRecord, addDays } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { nothing, useFormat } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { serverNow, useLive } from '../../app/live/live.ts'
import { type Column, DataTable, Duration, EmptyState, FilterSelect, Length, LoadMore, ToneBadge } from '../../ui/index.ts'
import { Acknowledge } from './AlarmStrip.tsx'
import classes from './Alarms.module.css'
import { alarmValue, useAlarmText } from './alarm-text.ts'
import { words } from './words.ts'

const pageSize = 100
const periods = ['today', 'week', 'month'] as const
type Period = (typeof periods)[number]
const daysBefore = { today: 0, week: 6, month: 29 } as const satisfies Record<Period, number>
type State = 'standing' | 'open'

interface AlarmLogProps {
  /** The site's. */
  readonly today: number
  /** Queue number; null: all. */
  readonly queue: string | null
  /** What is shown at first; null: all. */
  readonly first: State | null
}

/** Every alarm of some days: when it began and ended, who was told, who saw to it. */
export function AlarmLog({ today, queue, first }: AlarmLogProps) {
  const t = useWords(words)
  const api = useApi()
  const queries = useQueryClient()
  const [period, setPeriod] = useState<Period>('today')
  const [kind, setKind] = useState<AlarmKind | null>(null)
  const [level, setLevel] = useState<AlarmLevel | null>(null)
  const [state, setState] = useState<State | null>(first)
  const standing = useLive((live) => live.view?.floor?.alarms)
  const asked = {
    fromDay: addDays(today, -daysBefore[period]),
    toDay: today,
    limit: pageSize,
    ...(kind && { kind }),
    ...(level && { level }),
    ...(queue !== null && { queue }),
    ...(state && { state }),
  }
  const pages = useInfiniteQuery({
    queryKey: ['alarmLog', asked],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => api.alarmLog({ query: { ...asked, offset: pageParam } }),
    getNextPageParam: (last, all) => {
      const shown = all.reduce((sum, page) => sum + page.alarms.length, 0)
      return last.alarms.length > 0 && shown < last.total ? shown : null
    },
    placeholderData: keepPreviousData,
  })
  const again = () => void queries.invalidateQueries({ queryKey: ['alarmLog'] })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what stands has changed, and so has the log
  useEffect(again, [standing])
  const columns = useColumns(again)
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.alarms), [pages.data])
  const total = pages.data?.pages[0]?.total
  return (
    <div className={classes.log} data-testid="alarm-log">
      <div className={classes.filters}>
        {state !== 'standing' && (
          <Select
            size="xs"
            w={130}
            aria-label={t.period}
            allowDeselect={false}
            data={periods.map((value) => ({ value, label: t.periods[value] }))}
            value={period}
            onChange={(value) => value !== null && setPeriod(value)}
          />
        )}
        <FilterSelect
          label={t.kind}
          all={t.anyKind}
          width={210}
          options={AlarmKind.options.map((value) => ({ value, label: t.kinds[value] }))}
          value={kind}
          onChange={setKind}
          testId="alarm-kind"
        />
        <FilterSelect
          label={t.level}
          all={t.anyLevel}
          width={150}
          options={AlarmLevel.options.map((value) => ({ value, label: t.levels[value] }))}
          value={level}
          onChange={setLevel}
        />
        <FilterSelect
          label={t.state}
          all={t.anyState}
          width={160}
          options={(['standing', 'open'] as const).map((value) => ({ value, label: t.states[value] }))}
          value={state}
          onChange={setState}
          testId="alarm-state"
        />
        {total !== undefined && <span className={classes.total}>{t.total(total)}</span>}
      </div>
      <div className={classes.table}>
        <DataTable
          label={t.log}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          error={pages.error}
          onRetry={() => void pages.refetch()}
          minWidth="1060px"
          empty={<EmptyState title={t.noAlarms} hint={t.noAlarmsHint} />}
        />
      </div>
      {pages.hasNextPage && <LoadMore loading={pages.isFetchingNextPage} onMore={() => void pages.fetchNextPage()} />}
    </div>
  )
}

function useColumns(onDone: () => void): Column<AlarmRecord>[] {
  const t = useWords(words)
  const format = useFormat()
  const text = useAlarmText()
  const toldTo = ({ told }: AlarmRecord) =>
    [...new Set(told.map(({ name }) => name))].join(', ') || <span className={classes.faint}>{t.nobodyTold}</span>
  return [
    {
      id: 'began',
      title: t.began,
      width: '120px',
      sortValue: (alarm) => alarm.beganAtMs,
      render: (alarm) => <time>{format.moment(alarm.beganAtMs, serverNow())}</time>,
    },
    {
      id: 'lasted',
      title: t.lasted,
      width: '96px',
      align: 'right',
      sortValue: (alarm) => (alarm.endedAtMs ?? serverNow()) - alarm.beganAtMs,
      render: (alarm) =>
        alarm.endedAtMs === null ? (
          <b title={t.lasts}>
            <Duration sinceMs={alarm.beganAtMs} />
          </b>
        ) : (
          <Length ms={alarm.endedAtMs - alarm.beganAtMs} />
        ),
    },
    {
      id: 'level',
      title: t.level,
      width: '112px',
      sortValue: (alarm) => alarm.level,
      render: ({ level }) => <ToneBadge tone={level === 'critical' ? 'alarm' : 'wait'}>{t.levels[level]}</ToneBadge>,
    },
    { id: 'what', title: t.what, sortValue: ({ kind }) => t.kinds[kind], render: ({ kind }) => t.kinds[kind] },
    { id: 'where', title: t.where, sortValue: text.where, render: text.where },
    {
      id: 'limit',
      title: t.limit,
      width: '80px',
      align: 'right',
      render: ({ kind, limit }) => alarmValue(kind, limit, format),
    },
    {
      id: 'worst',
      title: t.worst,
      width: '88px',
      align: 'right',
      // Written when the alarm changes: of one that goes on, it is where it began.
      render: ({ kind, worst, endedAtMs }) => (endedAtMs === null ? nothing : alarmValue(kind, worst, format)),
    },
    { id: 'told', title: t.told, render: toldTo },
    {
      id: 'acknowledged',
      title: t.acknowledged,
      width: '180px',
      sortValue: (alarm) => alarm.acknowledged?.byName ?? null,
      render: (alarm) =>
        alarm.acknowledged ? (
          <>
            {alarm.acknowledged.byName}{' '}
            <span className={classes.faint}>{format.moment(alarm.acknowledged.atMs, serverNow())}</span>
          </>
        ) : (
          <Acknowledge alarm={alarm} label={t.acknowledgeOf(`${text.where(alarm)}, ${t.kinds[alarm.kind]}`)} onDone={onDone} />
        ),
    },
  ]
}
