import { ActionIcon, Tooltip } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useLayoutEffect, useMemo, useRef } from 'react'
import type { BehindRow } from '../../server/contract/index.ts'
import { nothing, useFormat } from '../app/format.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import { CallParty, type Column, DataTable, EmptyState, Length, LoadMore, type Tone, ToneBadge } from '../ui/index.ts'
import { openCallOf } from '../worklists/call-drawer.ts'
import { ExportMenu } from './ExportMenu.tsx'
import { figureText } from './figure-text.ts'
import classes from './ReportsScreen.module.css'
import { reportWords } from './report-words.ts'
import { type OpenedFigure, useBehind } from './use-report.ts'

/** The calls a figure counts, beside the report; each opens with its course, and its card and recording where there are any. */
export function BehindPanel({ opened, onClose }: { opened: OpenedFigure; onClose: () => void }) {
  const t = useWords(reportWords)
  const language = useLanguage()
  const pages = useBehind(opened)
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.rows), [pages.data])
  const total = pages.data?.pages[0]?.total
  const columns = useColumns(rows, opened)
  const { figure, rowName, value } = opened
  const panel = useRef<HTMLElement>(null)
  // The keyboard goes on in the list; when it is closed from there, at the figure again.
  useLayoutEffect(() => {
    const [list, opener] = [panel.current, document.activeElement]
    list?.focus({ preventScroll: true })
    return () => {
      if (opener instanceof HTMLElement && list?.contains(document.activeElement)) opener.focus({ preventScroll: true })
    }
  }, [])
  const { name, formula } = figure[language]
  return (
    <aside ref={panel} tabIndex={-1} className={classes.behind} aria-label={t.behind} data-testid="behind">
      <header className={classes.behindHead}>
        <div>
          <h2>
            {name}: {figureText(value, figure.unit, language)}
          </h2>
          <p>
            {rowName}
            {total !== undefined && ` · ${t.rows(total)}`}
          </p>
          <p className={classes.formula}>{formula}</p>
        </div>
        <div className={classes.behindTools}>
          <ExportMenu
            compact
            content={{
              kind: 'behind',
              ...opened.request,
              figure: figure.id,
              ...(opened.row !== undefined && { row: opened.row }),
            }}
          />
          <Tooltip label={`${t.close} · Esc`}>
            <ActionIcon onClick={onClose} aria-label={t.close}>
              <IconX size={18} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        </div>
      </header>
      <div className={classes.behindTable}>
        <DataTable
          label={t.behind}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          error={pages.error}
          onRetry={() => void pages.refetch()}
          onOpen={openCallOf}
          canOpen={(row) => row.isCall || row.cardId !== null}
          twoLines
          minWidth={`${columns.reduce((sum, column) => sum + Number.parseInt(column.width ?? '100', 10), 0)}px`}
          empty={<EmptyState title={t.noRows} hint={t.noRowsHint} />}
        />
      </div>
      {pages.hasNextPage && <LoadMore loading={pages.isFetchingNextPage} onMore={() => void pages.fetchNextPage()} />}
    </aside>
  )
}

const toneOf = (outcome: string): Tone =>
  outcome === 'answered'
    ? 'ok'
    : outcome === 'waiting' || outcome === 'running'
      ? 'wait'
      : outcome === 'cancelled' || outcome === 'withdrawn'
        ? 'off'
        : 'alarm'

/** Only columns in which something stands that the row of the report has not said. */
function useColumns(rows: readonly BehindRow[] | undefined, { request, row: group }: OpenedFigure): Column<BehindRow>[] {
  const t = useWords(reportWords)
  const format = useFormat()
  return useMemo(() => {
    const c = t.columnsOf
    const said = (grouping: string) => group !== undefined && request.groupBy === grouping
    const some = (has: (row: BehindRow) => boolean) => rows?.some(has) ?? false
    const column = (id: string, title: string, more: Omit<Column<BehindRow>, 'id' | 'title'>): Column<BehindRow> => ({
      id,
      title,
      ...more,
    })
    const outcome = (row: BehindRow) => (row.outcome === null ? null : (t.outcomes[row.outcome] ?? row.outcome))
    const reached = (row: BehindRow) =>
      row.reachedAtMs !== null
        ? format.moment(row.reachedAtMs, serverNow())
        : row.tries === null
          ? nothing
          : row.tries === 0
            ? t.notTried
            : t.triedNotReached(row.tries)
    return [
      column('time', c.time, {
        width: '112px',
        sortValue: (row) => row.atMs,
        render: (row) => <time>{format.moment(row.atMs, serverNow())}</time>,
      }),
      column('caller', c.caller, {
        width: '180px',
        sortValue: (row) => row.customerName ?? row.number,
        render: (row) => <CallParty call={row} />,
      }),
      ...(!said('queue') && some((row) => row.queue !== null)
        ? [
            column('queue', c.queue, {
              width: '116px',
              sortValue: (row) => row.queue?.name ?? null,
              render: (row) => (row.queue === null ? nothing : <span title={row.queue.name}>{row.queue.name}</span>),
            }),
          ]
        : []),
      ...(!said('operator') && some((row) => row.operatorName !== null)
        ? [
            column('operator', c.operator, {
              width: '128px',
              sortValue: (row) => row.operatorName,
              render: (row) => (row.operatorName === null ? nothing : <span title={row.operatorName}>{row.operatorName}</span>),
            }),
          ]
        : []),
      ...(some((row) => row.outcome !== null)
        ? [
            column('outcome', c.outcome, {
              width: '152px',
              sortValue: outcome,
              render: (row) =>
                row.outcome === null ? (
                  nothing
                ) : (
                  <span className={classes.outcome}>
                    <ToneBadge tone={toneOf(row.outcome)}>{outcome(row)}</ToneBadge>
                    {row.cause !== null && !said('cause') && <span title={t.causes[row.cause]}>{t.causes[row.cause]}</span>}
                  </span>
                ),
            }),
          ]
        : []),
      ...(some((row) => row.position !== null)
        ? [
            column('position', c.position, {
              width: '72px',
              align: 'right',
              sortValue: (row) => row.position,
              render: (row) => row.position ?? nothing,
            }),
          ]
        : []),
      ...(some((row) => row.waitMs !== null)
        ? [
            column('wait', c.wait, {
              width: '92px',
              align: 'right',
              sortValue: (row) => row.waitMs,
              render: (row) => <Length ms={row.waitMs} />,
            }),
          ]
        : []),
      ...(some((row) => row.talkMs !== null)
        ? [
            column('talk', c.talk, {
              width: '92px',
              align: 'right',
              sortValue: (row) => row.talkMs,
              render: (row) => <Length ms={row.talkMs} />,
            }),
          ]
        : []),
      ...(some((row) => row.score !== null)
        ? [
            column('score', c.score, {
              width: '76px',
              align: 'right',
              sortValue: (row) => row.score,
              render: (row) => row.score ?? nothing,
            }),
          ]
        : []),
      ...(some((row) => row.tries !== null)
        ? [
            column('reached', c.reached, {
              width: '124px',
              sortValue: (row) => row.reachedAtMs,
              render: (row) => <span title={reached(row)}>{reached(row)}</span>,
            }),
          ]
        : []),
    ]
  }, [rows, request, group, t, format])
}
