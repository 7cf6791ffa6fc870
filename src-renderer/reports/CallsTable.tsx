import { useMemo, useState } from 'react'
import { type CallOutcome, type CallRow, type HeardFilter, keepsCall } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { CallRowsTable } from './CallRowsTable.tsx'
import classes from './CallsTable.module.css'
import { CallSearch, OutcomeSelect } from './CallTools.tsx'
import { ExportMenu } from './ExportMenu.tsx'
import type { Period } from './period.ts'
import { words } from './words.ts'

interface CallsTableProps {
  readonly period: Period
  /** undefined while loading. */
  readonly calls: readonly CallRow[] | undefined
  /** What is narrowed by elsewhere. */
  readonly filter: Omit<HeardFilter, 'search'>
  readonly error: Error | null
  readonly onRetry: () => void
}

/** Calls of today as the server heard them, to search, filter, sort and take out as they stand here. */
export function CallsTable({ period, calls, filter, error, onRetry }: CallsTableProps) {
  const t = useWords(words)
  const [search, setSearch] = useState('')
  const [outcome, setOutcome] = useState<CallOutcome | null>(null)
  const shown = useMemo(
    (): HeardFilter => ({ ...filter, search, outcomes: together(filter.outcomes, outcome) }),
    [filter, search, outcome],
  )
  const rows = useMemo(() => calls?.filter(keepsCall(shown)), [calls, shown])
  const filtered = search !== '' || outcome !== null
  return (
    <section className={classes.section}>
      <div className={classes.tools}>
        <CallSearch value={search} onChange={setSearch} />
        <OutcomeSelect value={outcome} onChange={setOutcome} />
        {filtered && rows && <span className={classes.count}>{t.count(rows.length)}</span>}
        <div className={classes.export}>
          <ExportMenu content={{ kind: 'calls', ...period, ...shown, outcomes: shown.outcomes && [...shown.outcomes] }} />
        </div>
      </div>
      <CallRowsTable calls={rows} severalDays={false} filtered={filtered} error={error} onRetry={onRetry} />
    </section>
  )
}

/** Both have to hold. */
function together(outcomes: readonly CallOutcome[] | null, one: CallOutcome | null): readonly CallOutcome[] | null {
  if (one === null) return outcomes
  return outcomes === null || outcomes.includes(one) ? [one] : []
}
