import { IconChartBar, IconDatabaseOff } from '@tabler/icons-react'
import { useMemo } from 'react'
import {
  type FigureDefinition,
  type ReportRequest,
  type ReportRow,
  type ReportTable,
  timeGroupings,
} from '../../server/contract/index.ts'
import { nothing } from '../app/format.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { type Column, DataTable, EmptyState } from '../ui/index.ts'
import { changeOf, figureText } from './figure-text.ts'
import classes from './ReportsScreen.module.css'
import { reportWords } from './report-words.ts'
import type { GroupName } from './use-group-name.ts'
import type { OpenedFigure } from './use-report.ts'

interface ReportTableViewProps {
  readonly request: ReportRequest
  /** undefined while loading. */
  readonly table: ReportTable | undefined
  readonly figures: readonly FigureDefinition[]
  readonly name: GroupName
  readonly comparing: boolean
  readonly error: Error | null
  readonly opened: OpenedFigure | null
  readonly onRetry: () => void
  readonly onOpen: (figure: OpenedFigure) => void
}

const nameWidth = 190
/** «Пропущенные» is the longest word of a head. */
const figureWidth = 114

/** A row a group, a column a figure, and under them what all rows are together. */
export function ReportTableView(props: ReportTableViewProps) {
  const { request, table, comparing } = props
  const t = useWords(reportWords)
  const columns = useColumns(props)
  const nothingImported = table !== undefined && table.upToMs === null
  return (
    <DataTable
      label={t.reports[request.report]}
      columns={columns}
      rows={table?.rows}
      rowKey={(row) => row.key ?? ''}
      error={props.error}
      onRetry={props.onRetry}
      tallHead
      pinFirst
      twoLines={comparing}
      minWidth={`${nameWidth + figureWidth * (columns.length - 1)}px`}
      empty={
        nothingImported ? (
          <EmptyState icon={IconDatabaseOff} title={t.neverImported} hint={t.importHint} />
        ) : (
          <EmptyState icon={IconChartBar} title={t.empty} hint={t.emptyHint} />
        )
      }
    />
  )
}

function useColumns(props: ReportTableViewProps): Column<ReportRow>[] {
  const { request, table, figures, name, opened, onOpen } = props
  const t = useWords(reportWords)
  const language = useLanguage()
  return useMemo(() => {
    const inTime = timeGroupings.has(request.groupBy) || request.groupBy === 'score'
    const possible = figures.filter(({ id }) => table?.figures.includes(id) ?? true)
    return [
      {
        id: 'group',
        title: sentence(t.groupings[request.groupBy]),
        width: `${nameWidth}px`,
        render: (row) => (
          <span className={row.key === null ? classes.none : undefined} title={name(row)}>
            {name(row)}
          </span>
        ),
        sortValue: (row) => (row.key === null ? null : inTime ? Number(row.key) : name(row)),
        foot: t.total,
      },
      ...possible.map((figure): Column<ReportRow> => {
        const { name: title, formula } = figure[language]
        const cell = (row: ReportRow | null, value: number | null, before: number | null, tabStop = true) => (
          <FigureCell
            tabStop={tabStop}
            figure={figure}
            value={value}
            before={before}
            label={t.open(title, row ? name(row) : t.total)}
            selected={opened?.figure.id === figure.id && opened.row === (row ? row.key : undefined)}
            onOpen={() => onOpen({ request, figure, row: row ? row.key : undefined, rowName: row ? name(row) : t.total, value })}
          />
        )
        return {
          id: figure.id,
          // The sign is not left alone on a line of its own.
          title: title.replace(/ %$/, '\u00A0%'),
          width: `${figureWidth}px`,
          align: 'right',
          hint: `${title} = ${formula}`,
          sortValue: (row) => row.values[figure.id] ?? null,
          render: (row, isCurrent) => cell(row, row.values[figure.id] ?? null, row.before?.[figure.id] ?? null, isCurrent),
          ...(table && { foot: cell(null, table.total[figure.id] ?? null, table.totalBefore?.[figure.id] ?? null) }),
        }
      }),
    ]
  }, [request, table, figures, name, opened, onOpen, t, language])
}

const sentence = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1)

interface FigureCellProps {
  readonly figure: FigureDefinition
  readonly value: number | null
  readonly before: number | null
  readonly label: string
  readonly selected: boolean
  readonly tabStop: boolean
  readonly onOpen: () => void
}

/** A value with its change under it; a click opens the calls it is of. */
function FigureCell({ figure, value, before, label, selected, tabStop, onOpen }: FigureCellProps) {
  const language = useLanguage()
  const text = figureText(value, figure.unit, language)
  const change = changeOf(value, before, figure, language)
  const opens = figure.opens && value !== null && (figure.unit !== 'count' || value > 0)
  return (
    <span className={classes.figure}>
      {opens ? (
        <button
          type="button"
          className={classes.open}
          aria-label={`${label}: ${text}`}
          aria-pressed={selected}
          onClick={onOpen}
          tabIndex={tabStop ? 0 : -1}
          data-testid={`figure-${figure.id}`}
        >
          {text}
        </button>
      ) : (
        <span className={text === nothing || value === 0 ? classes.none : undefined}>{text}</span>
      )}
      {change && (
        <span className={classes.change} data-good={change.good ?? undefined}>
          {change.text}
        </span>
      )}
    </span>
  )
}
