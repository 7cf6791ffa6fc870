import { IconSearch } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { CallOutcome, CallRow } from '../../server/contract/index.ts'
import { reportNames } from '../../server/contract/report-names.ts'
import { nothing, useFormat } from '../app/format.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import { CallParty, type Column, DataTable, EmptyState, Length, type Tone, ToneBadge, TwoLines } from '../ui/index.ts'
import { openCallOf } from '../worklists/call-drawer.ts'
import classes from './CallsTable.module.css'
import { useDictionaryNames } from './use-calls.ts'
import { words } from './words.ts'

/** Whom we called and who did not answer is nobody we lost. */
const toneOf: Record<CallOutcome, Tone> = {
  answered: 'ok',
  missed: 'alarm',
  noAnswer: 'off',
  busy: 'off',
  failed: 'off',
  running: 'own',
  lost: 'off',
}

export const callOutcomes = Object.keys(toneOf) as readonly CallOutcome[]

interface CallRowsTableProps {
  /** undefined while loading. */
  readonly calls: readonly CallRow[] | undefined
  /** Times need their day. */
  readonly severalDays: boolean
  /** Why there may be none. */
  readonly filtered: boolean
  readonly error: Error | null
  readonly onRetry: () => void
}

/** Calls in a table: each opens. */
export function CallRowsTable({ calls, severalDays, filtered, error, onRetry }: CallRowsTableProps) {
  const t = useWords(words)
  const columns = useColumns(severalDays)
  return (
    <div className={classes.table}>
      <DataTable
        label={t.title}
        columns={columns}
        rows={calls}
        rowKey={(call) => call.callId}
        error={error}
        onRetry={onRetry}
        onOpen={({ callId, cardId }) => openCallOf({ callKey: callId, cardId })}
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
  )
}

function useColumns(severalDays: boolean): Column<CallRow>[] {
  const t = useWords(words)
  const format = useFormat()
  const { category, result } = useDictionaryNames()
  const { outcomes } = reportNames[useLanguage()]
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
        sortValue: (call) => outcomes[call.outcome] ?? call.outcome,
        render: (call) => <ToneBadge tone={toneOf[call.outcome]}>{outcomes[call.outcome] ?? call.outcome}</ToneBadge>,
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
  }, [t, outcomes, format, category, result, severalDays])
}
