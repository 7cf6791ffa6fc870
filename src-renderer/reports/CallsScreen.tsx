import { Button, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { Direction } from '../../server/contract/index.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import { EmptyState, ErrorState, LoadingLines, LoadMore, PageHeader } from '../ui/index.ts'
import { CallRowsTable } from './CallRowsTable.tsx'
import classes from './CallsTable.module.css'
import { CallSearch, OutcomeSelect } from './CallTools.tsx'
import { type CallsView, callsPath, callsRequest, isUnfiltered, readCallsView } from './calls-view.ts'
import { ExportMenu } from './ExportMenu.tsx'
import { PeriodSelect, Several } from './ReportFilters.tsx'
import { reportWords } from './report-words.ts'
import { useCallList } from './use-call-list.ts'
import { type Definitions, useDefinitions } from './use-report.ts'
import { words } from './words.ts'

/** Every call of any days, from the PBX's own record, to look up and to take out. What is shown is in the address. */
export function CallsScreen() {
  const t = useWords(words)
  const definitions = useDefinitions()
  if (definitions.data) return <Calls definitions={definitions.data} />
  return (
    <>
      <PageHeader title={t.title} />
      {definitions.error ? (
        <ErrorState error={definitions.error} onRetry={() => void definitions.refetch()} />
      ) : (
        <LoadingLines lines={8} />
      )}
    </>
  )
}

const typedMs = 250

function Calls({ definitions }: { definitions: Definitions }) {
  const t = useWords(words)
  const r = useWords(reportWords)
  const format = useFormat()
  const [, go] = useLocation()
  const view = readCallsView(useSearch())
  const set = (change: Partial<CallsView>) => go(callsPath({ ...view, ...change }), { replace: true })
  /** null: what stands in the address. */
  const [typed, setTyped] = useState<string | null>(null)
  const [settled] = useDebouncedValue(typed, typedMs)
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when typing has paused
  useEffect(() => {
    if (settled === null || settled !== typed) return
    set({ search: settled })
    setTyped(null)
  }, [settled])
  const request = callsRequest(view, definitions.today)
  const { calls, total, upToMs, error, retry, more } = useCallList(request, definitions.today)
  const notes = [
    ...(calls === undefined ? [] : [calls.length < total ? t.shownOf(calls.length, total) : t.count(total)]),
    ...(upToMs === undefined ? [] : [upToMs === null ? r.neverImported : r.upTo(format.moment(upToMs, serverNow()))]),
  ]
  const unfiltered = isUnfiltered(view)
  return (
    <>
      <PageHeader title={t.title} note={notes.join(' · ')} />
      <section className={classes.section}>
        <search className={classes.tools}>
          <PeriodSelect view={view} today={definitions.today} onChange={set} />
          <CallSearch value={typed ?? view.search} onChange={setTyped} />
          <Several
            label={r.allQueues}
            data={definitions.queues.map(({ number, name }) => ({ value: number, label: name }))}
            value={view.queues}
            onChange={(queues) => set({ queues })}
          />
          <Several
            label={r.allOperators}
            data={definitions.operators.map(({ extension, name }) => ({ value: extension, label: name }))}
            value={view.operators}
            onChange={(operators) => set({ operators })}
          />
          <Select
            size="xs"
            w={144}
            clearable
            aria-label={r.direction}
            placeholder={r.anyDirection}
            data={Direction.options.map((value) => ({ value, label: r.directions[value] }))}
            value={view.direction}
            onChange={(value) => set({ direction: Direction.options.find((one) => one === value) ?? null })}
          />
          <OutcomeSelect value={view.outcome} onChange={(outcome) => set({ outcome })} />
          {!unfiltered && (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => {
                setTyped(null)
                set({ queues: [], operators: [], direction: null, outcome: null, search: '' })
              }}
              data-testid="calls-clear"
            >
              {r.clear}
            </Button>
          )}
          <div className={classes.export}>
            <ExportMenu content={{ kind: 'recordedCalls', ...request }} />
          </div>
        </search>
        {upToMs === null ? (
          <EmptyState title={r.neverImported} hint={r.importHint} />
        ) : (
          <CallRowsTable
            calls={calls}
            severalDays={request.fromDay !== request.toDay}
            filtered={!unfiltered}
            error={error}
            onRetry={retry}
          />
        )}
        {more && <LoadMore loading={more.loading} onMore={more.load} testId="calls-more" />}
      </section>
    </>
  )
}
