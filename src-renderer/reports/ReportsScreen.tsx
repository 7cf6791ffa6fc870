import { Button, Checkbox, Popover, Tabs } from '@mantine/core'
import { IconCalendarOff, IconColumns3 } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import {
  type Days,
  type FigureDefinition,
  longestIntervalDays,
  type ReportDefinition,
  type ReportRequest,
} from '../../server/contract/index.ts'
import { useFormat } from '../app/format.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { serverNow } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { EmptyState, ErrorState, LoadingLines, PageHeader } from '../ui/index.ts'
import { BehindPanel } from './BehindPanel.tsx'
import { ExportMenu } from './ExportMenu.tsx'
import { daysText } from './group-text.ts'
import { MailSchedules } from './mail/MailSchedules.tsx'
import { ReportChart } from './ReportChart.tsx'
import { ReportFilters } from './ReportFilters.tsx'
import classes from './ReportsScreen.module.css'
import { ReportTableView } from './ReportTableView.tsx'
import { hoursInstead, type ReportView, readReportView, reportPath } from './report-view.ts'
import { reportWords } from './report-words.ts'
import { useGroupName } from './use-group-name.ts'
import { type Definitions, type OpenedFigure, requestOf, useDefinitions, useReport, useShownFigures } from './use-report.ts'

/** Figures of any period by queue, person, time or subject; each opens the calls it counts. What is shown is in the address. */
export function ReportsScreen() {
  const t = useWords(reportWords)
  const definitions = useDefinitions()
  const view = readReportView(useSearch())
  const asked = definitions.data && requestOf(view, definitions.data)
  if (definitions.data && asked) return <OpenReport view={view} definitions={definitions.data} {...asked} />
  return (
    <>
      <PageHeader title={t.title} />
      {definitions.error || definitions.data ? (
        <ErrorState error={definitions.error} onRetry={() => void definitions.refetch()} />
      ) : (
        <LoadingLines lines={8} />
      )}
    </>
  )
}

interface OpenReportProps {
  readonly view: ReportView
  readonly definitions: Definitions
  readonly report: ReportDefinition
  readonly request: ReportRequest
}

function OpenReport({ view, definitions, report, request }: OpenReportProps) {
  const t = useWords(reportWords)
  const language = useLanguage()
  const format = useFormat()
  const [, go] = useLocation()
  const user = useUser()
  const show = (next: ReportView) => go(reportPath(next), { replace: true })
  const [opened, setOpened] = useState<OpenedFigure | null>(null)
  // A figure of another report or period is no figure of this one.
  const behind = opened && sameRequest(opened.request, request) ? opened : null
  const { shown, show: showFigures } = useShownFigures(report)
  const hours = hoursInstead(request)
  const answer = useReport(request, {
    compare: view.compare,
    figures: shown,
    today: definitions.today,
    enabled: hours === null,
  })
  const table = hours === null ? answer.data : undefined
  const figures = useMemo(
    () => shown.flatMap((id) => definitions.figures.find((one) => one.id === id) ?? []),
    [shown, definitions.figures],
  )
  const name = useGroupName(request.groupBy, definitions.timeZone)
  useKeys('reports', t.title, [{ keys: 'Escape', title: t.close, run: () => setOpened(null) }])

  const comparedText = (days: Days, untilMs: number | null) => {
    const period = daysText(days, language)
    return untilMs === null ? period : t.upToTime(period, format.time(untilMs))
  }
  const notes = [
    daysText(request, language),
    ...(table?.before ? [t.comparedWith(comparedText(table.before, table.beforeUntilMs))] : []),
    ...(table?.beforeUnplaced ? [t.unplaced] : []),
    ...(table ? [table.upToMs === null ? t.neverImported : t.upTo(format.moment(table.upToMs, serverNow()))] : []),
  ]
  return (
    <div className={classes.screen}>
      <PageHeader title={t.title} note={notes.join(' · ')}>
        {hours === null && <ExportMenu content={{ kind: 'report', ...request, compare: view.compare, figures: [...shown] }} />}
        {hours === null && user.role !== 'operator' && report.id !== 'own' && (
          <MailSchedules request={request} figures={shown} timeZone={definitions.timeZone} />
        )}
        <ColumnsMenu report={report} figures={definitions.figures} shown={shown} onChange={showFigures} />
      </PageHeader>
      <Tabs
        className={classes.tabs ?? ''}
        value={report.id}
        onChange={(id) => show({ ...view, report: definitions.reports.find((one) => one.id === id)?.id ?? null, groupBy: null })}
      >
        <Tabs.List aria-label={t.report}>
          {definitions.reports.map(({ id }) => (
            <Tabs.Tab key={id} value={id} data-testid={`report-${id}`}>
              {t.reports[id]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <ReportFilters view={view} report={report} groupBy={request.groupBy} definitions={definitions} onChange={show} />
      <div className={classes.body}>
        <section className={classes.table} aria-label={t.reports[report.id]} aria-busy={answer.isFetching}>
          {table && (
            <ReportChart
              key={`chart ${report.id} ${request.groupBy}`}
              request={request}
              table={table}
              figures={figures}
              nameOf={name}
              timeZone={definitions.timeZone}
              onOpen={setOpened}
            />
          )}
          <div className={classes.rows}>
            {hours === null ? (
              <ReportTableView
                key={`${report.id} ${request.groupBy}`}
                request={request}
                table={table}
                figures={figures}
                name={name}
                comparing={view.compare}
                error={answer.error}
                opened={behind}
                onRetry={() => void answer.refetch()}
                onOpen={setOpened}
              />
            ) : (
              <EmptyState
                icon={IconCalendarOff}
                title={t.tooManyDays}
                hint={t.tooManyDaysHint(longestIntervalDays)}
                action={<Button onClick={() => show({ ...view, groupBy: hours })}>{t.byHours}</Button>}
              />
            )}
          </div>
        </section>
        {behind && <BehindPanel key={`${behind.figure.id} ${behind.row}`} opened={behind} onClose={() => setOpened(null)} />}
      </div>
    </div>
  )
}

const sameRequest = (a: ReportRequest, b: ReportRequest): boolean => JSON.stringify(a) === JSON.stringify(b)

interface ColumnsMenuProps {
  readonly report: ReportDefinition
  readonly figures: readonly FigureDefinition[]
  readonly shown: readonly string[]
  readonly onChange: (shown: readonly string[] | null) => void
}

/** Which figures stand in the table. */
function ColumnsMenu({ report, figures, shown, onChange }: ColumnsMenuProps) {
  const t = useWords(reportWords)
  const language = useLanguage()
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns3 size={16} stroke={1.5} />} data-testid="report-columns">
          {t.columns}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.columns ?? ''}>
        {report.figures.map((id) => {
          const figure = figures.find((one) => one.id === id)
          return (
            <Checkbox
              key={id}
              size="xs"
              label={figure?.[language].name ?? id}
              title={figure?.[language].formula}
              checked={shown.includes(id)}
              // The last one stays: a table of names says nothing.
              disabled={shown.length === 1 && shown.includes(id)}
              onChange={(event) => onChange(event.currentTarget.checked ? [...shown, id] : shown.filter((other) => other !== id))}
            />
          )
        })}
        <Button size="compact-xs" variant="subtle" onClick={() => onChange(null)}>
          {t.resetColumns}
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
