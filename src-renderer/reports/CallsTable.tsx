import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { CallRow } from '../../server/contract/index.ts'
import { nothing, useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import {
  CallParty,
  type Column,
  DataTable,
  EmptyState,
  FilterSelect,
  Length,
  type Tone,
  ToneBadge,
  TwoLines,
} from '../ui/index.ts'
import classes from './CallsTable.module.css'
import { ExportMenu } from './ExportMenu.tsx'
import { type CallFilter, findCalls } from './find-calls.ts'
import type { Period } from './period.ts'
import { useDictionaryNames } from './use-calls.ts'
import { words } from './words.ts'

const outcomes = ['answered', 'missed', 'running'] as const satisfies readonly CallRow['outcome'][]
const toneOf: Record<CallRow['outcome'], Tone> = { answered: 'ok', missed: 'alarm', running: 'own' }

interface CallsTableProps {
  readonly period: Period
  /** undefined while loading. */
  readonly calls: readonly CallRow[] | undefined
  readonly error: Error | null
  readonly onRetry: () => void
}

/** Calls to search, filter, sort and take out as CSV. */
export function CallsTable({ period, calls, error, onRetry }: CallsTableProps) {
  const t = useWords(words)
  const [filter, setFilter] = useState<CallFilter>({ search: '', outcome: null })
  const rows = useMemo(() => calls && findCalls(calls, filter), [calls, filter])
  const columns = useColumns(period)
  const filtered = filter.search !== '' || filter.outcome !== null
  return (
    <section className={classes.section}>
      <div className={classes.tools}>
        <TextInput
          size="xs"
          w={240}
          type="search"
          aria-label={t.search}
          placeholder={t.search}
          leftSection={<IconSearch size={16} stroke={1.5} />}
          value={filter.search}
          onChange={(event) => setFilter({ ...filter, search: event.currentTarget.value })}
        />
        <FilterSelect
          label={t.outcome}
          all={t.allOutcomes}
          width={150}
          options={outcomes.map((value) => ({ value, label: t.outcomes[value] }))}
          value={filter.outcome}
          onChange={(outcome) => setFilter({ ...filter, outcome })}
        />
        {filtered && rows && <span className={classes.count}>{t.count(rows.length)}</span>}
        <div className={classes.export}>
          <ExportMenu content={{ kind: 'calls', ...period }} />
        </div>
      </div>
      <div className={classes.table}>
        <DataTable
          label={t.title}
          columns={columns}
          rows={rows}
          rowKey={(call) => call.callId}
          error={error}
          onRetry={onRetry}
          minWidth="1080px"
          twoLines
          empty={
            filtered ? (
              <EmptyState icon={IconSearch} title={t.nothingFound} hint={t.nothingFoundHint} />
            ) : (
              <EmptyState title={t.empty} hint={t.emptyHint} />
            )
          }
        />
      </div>
    </section>
  )
}

function useColumns(period: Period): Column<CallRow>[] {
  const t = useWords(words)
  const format = useFormat()
  const { category, result } = useDictionaryNames()
  const severalDays = period.toMs - period.fromMs > 26 * 3_600_000
  return useMemo(() => {
    const dash = <span className={classes.muted}>{nothing}</span>
    const text = (id: string, title: string, read: (call: CallRow) => string | null, width?: string): Column<CallRow> => ({
      id,
      title,
      ...(width !== undefined && { width }),
      sortValue: read,
      render: (call) => {
        const value = read(call)
        return value ? <span title={value}>{value}</span> : dash
      },
    })
    return [
      {
        id: 'time',
        title: t.time,
        width: severalDays ? '136px' : '92px',
        sortValue: (call) => call.startedAtMs,
        render: (call) => (
          <time>{severalDays ? format.moment(call.startedAtMs, serverNow()) : format.timeWithSeconds(call.startedAtMs)}</time>
        ),
      },
      {
        id: 'customer',
        title: t.customer,
        sortValue: (call) => call.customerName ?? call.number,
        render: (call) => <CallParty call={call} />,
      },
      text('queue', t.queue, (call) => call.queue?.name ?? null, '128px'),
      text('operator', t.operator, (call) => call.operatorName, '140px'),
      {
        id: 'outcome',
        title: t.outcome,
        width: '96px',
        sortValue: (call) => t.outcomes[call.outcome],
        render: (call) => <ToneBadge tone={toneOf[call.outcome]}>{t.outcomes[call.outcome]}</ToneBadge>,
      },
      {
        id: 'wait',
        title: t.wait,
        width: '92px',
        align: 'right',
        sortValue: (call) => call.waitMs,
        render: (call) => <Length ms={call.waitMs} />,
      },
      {
        id: 'talk',
        title: t.talk,
        width: '88px',
        align: 'right',
        sortValue: (call) => call.talkMs,
        render: (call) => <Length ms={call.talkMs} />,
      },
      {
        id: 'category',
        title: t.category,
        width: '200px',
        sortValue: (call) => category(call.categoryId),
        render: (call) => {
          const first = category(call.categoryId)
          return first === null ? dash : <TwoLines first={first} second={result(call.resultId) ?? nothing} />
        },
      },
      {
        id: 'satisfaction',
        title: t.satisfaction,
        width: '80px',
        align: 'right',
        sortValue: (call) => call.satisfaction,
        render: (call) => call.satisfaction ?? dash,
      },
    ]
  }, [t, format, category, result, severalDays])
}
