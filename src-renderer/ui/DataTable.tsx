import { Tooltip } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useCallback, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import classes from './DataTable.module.css'
import { nextSort, type Sort, type SortValue, sortRows, visibleRows } from './sort-rows.ts'
import { ErrorState, LoadingLines } from './states.tsx'
import { words } from './words.ts'

export interface Column<T> {
  readonly id: string
  readonly title: string
  /** CSS width, e.g. `120px`; columns without one share the rest. */
  readonly width?: string
  /** Numbers and times stand right. */
  readonly align?: 'left' | 'right'
  /** `isCurrent`: Tab stops at this row. What can be pressed in the others is reached by arrow keys, so that a long table is few stops. */
  readonly render: (row: T, isCurrent: boolean) => React.ReactNode
  /** Makes the column sortable. */
  readonly sortValue?: (row: T) => SortValue
  /** What the column is, beside its head. */
  readonly hint?: string
  /** Stands under all rows, in sight; a table has a foot when any column has one. */
  readonly foot?: React.ReactNode
}

interface DataTableProps<T> {
  /** What the table is, for screen readers. */
  readonly label: string
  readonly columns: readonly Column<T>[]
  /** undefined while loading. */
  readonly rows: readonly T[] | undefined
  readonly rowKey: (row: T) => string
  readonly empty: React.ReactNode
  readonly error?: unknown
  readonly onRetry?: () => void
  /** Enter or a click on a row. */
  readonly onOpen?: (row: T) => void
  /** Which rows open; absent: all. */
  readonly canOpen?: (row: T) => boolean
  readonly isSelected?: (row: T) => boolean
  readonly initialSort?: Sort
  readonly compact?: boolean
  /** Two lines in a row: cells are <TwoLines>. */
  readonly twoLines?: boolean
  /** Heads of two lines, for long names of narrow columns. */
  readonly tallHead?: boolean
  /** The first column stays when the others scroll sideways. */
  readonly pinFirst?: boolean
  /** Least width before the table scrolls sideways, e.g. `900px`. */
  readonly minWidth?: string
}

const headHeights = { low: 32, tall: 48 }

/**
 * A table as a tool: sorted by its heads, rows reached by arrow keys, head always in sight, only rows in view in the page.
 * It fills its parent's height and scrolls inside.
 */
export function DataTable<T>(props: DataTableProps<T>) {
  const { columns, rows, rowKey, onOpen, canOpen } = props
  const openerOf = (row: T) => (onOpen && (canOpen?.(row) ?? true) ? () => onOpen(row) : undefined)
  const t = useWords(words)
  const headHeight = props.tallHead ? headHeights.tall : headHeights.low
  const rowHeight = props.twoLines ? 48 : props.compact ? 28 : 36
  const scroller = useRef<HTMLDivElement>(null)
  const [sort, setSort] = useState<Sort | null>(props.initialSort ?? null)
  const [view, setView] = useState({ top: 0, height: 600 })
  const [focused, setFocused] = useState(0)

  const sorted = useMemo(() => {
    const value = columns.find((column) => column.id === sort?.columnId)?.sortValue
    return rows && sort && value ? sortRows(rows, value, sort.descending) : (rows ?? [])
  }, [rows, columns, sort])

  // The rows handle these themselves, while one of them has the cursor.
  useKeys(useId(), `${t.table} · ${props.label}`, [
    { keys: 'ArrowDown', title: t.rowBelow },
    { keys: 'ArrowUp', title: t.rowAbove },
    ...(onOpen ? [{ keys: 'Enter', title: t.openRow }] : []),
  ])

  const measure = useCallback(() => {
    const box = scroller.current
    if (box) setView({ top: box.scrollTop, height: box.clientHeight })
  }, [])
  useLayoutEffect(() => {
    const box = scroller.current
    if (!box) return
    const observer = new ResizeObserver(measure)
    observer.observe(box)
    return () => observer.disconnect()
  }, [measure])

  const { from, to } = visibleRows({
    count: sorted.length,
    rowHeight,
    scrollTop: view.top,
    viewHeight: view.height,
    spare: 12,
  })
  const current = Math.min(focused, Math.max(0, sorted.length - 1))

  const moveTo = (index: number, cell: number | null = null) => {
    const next = Math.max(0, Math.min(sorted.length - 1, index))
    const box = scroller.current
    if (!box) return
    const top = next * rowHeight
    if (top < box.scrollTop) box.scrollTop = top
    else if (top + rowHeight + headHeight > box.scrollTop + box.clientHeight)
      box.scrollTop = top + rowHeight + headHeight - box.clientHeight
    setFocused(next)
    measure()
    requestAnimationFrame(() => {
      const row = box.querySelector<HTMLElement>(`[data-index="${next}"]`)
      const pressed = cell === null ? null : row?.children[cell]?.querySelector('button')
      ;(pressed ?? row)?.focus({ preventScroll: true })
    })
  }

  const onKeyDown = (event: React.KeyboardEvent<HTMLTableSectionElement>) => {
    const target = event.target
    if (!(target instanceof HTMLElement)) return
    if (target.dataset['index'] === undefined) {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      const cell = target.closest('td')?.cellIndex
      // A menu's own arrow opens it.
      if (step === 0 || cell === undefined || target.tagName !== 'BUTTON' || target.ariaHasPopup !== null) return
      event.preventDefault()
      return moveTo(current + step, cell)
    }
    const page = Math.max(1, Math.floor((view.height - headHeight) / rowHeight) - 1)
    const steps: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: sorted.length - 1,
    }
    const step = steps[event.key]
    const row = sorted[current]
    if (step !== undefined) {
      event.preventDefault()
      moveTo(step)
    } else if (event.key === 'Enter' && row !== undefined) {
      const open = openerOf(row)
      if (open) event.preventDefault()
      open?.()
    }
  }

  const hasFoot = rows !== undefined && rows.length > 0 && columns.some((column) => column.foot !== undefined)
  const failed = props.error !== undefined && props.error !== null && rows === undefined
  return (
    <div ref={scroller} className={classes.scroller} onScroll={measure}>
      <table
        className={classes.table}
        aria-label={props.label}
        aria-rowcount={sorted.length + 1 + (hasFoot ? 1 : 0)}
        data-tall-head={props.tallHead || undefined}
        data-pin-first={props.pinFirst || undefined}
        style={{ minWidth: props.minWidth, '--row-height': `${rowHeight}px`, '--head-height': `${headHeight}px` }}
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} label={t.sortBy(column.title)} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={onKeyDown}>
          {from > 0 && <tr aria-hidden style={{ height: from * rowHeight }} />}
          {sorted.slice(from, to).map((row, at) => {
            const index = from + at
            const open = openerOf(row)
            return (
              <tr
                key={rowKey(row)}
                className={classes.row}
                data-index={index}
                data-opens={open !== undefined || undefined}
                aria-rowindex={index + 2}
                aria-selected={props.isSelected?.(row)}
                tabIndex={index === current ? 0 : -1}
                onFocus={() => setFocused(index)}
                onClick={open}
              >
                {columns.map((column) => (
                  <td key={column.id} data-align={column.align}>
                    {column.render(row, index === current)}
                  </td>
                ))}
              </tr>
            )
          })}
          {to < sorted.length && <tr aria-hidden style={{ height: (sorted.length - to) * rowHeight }} />}
        </tbody>
        {hasFoot && (
          <tfoot className={classes.foot}>
            <tr aria-rowindex={sorted.length + 2}>
              {columns.map((column) => (
                <td key={column.id} data-align={column.align}>
                  {column.foot}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
      {failed && <ErrorState error={props.error} {...(props.onRetry && { onRetry: props.onRetry })} />}
      {!failed && rows === undefined && <LoadingLines lines={6} />}
      {rows?.length === 0 && props.empty}
    </div>
  )
}

/** A value with a quieter one under it. */
export function TwoLines({ first, second }: { first: React.ReactNode; second: React.ReactNode }) {
  return (
    <span className={classes.twoLines}>
      <span>{first}</span>
      <span className={classes.second}>{second}</span>
    </span>
  )
}

interface HeadCellProps<T> {
  readonly column: Column<T>
  readonly sort: Sort | null
  readonly label: string
  readonly onSort: (change: (sort: Sort | null) => Sort | null) => void
}

function HeadCell<T>({ column, sort, label, onSort }: HeadCellProps<T>) {
  const active = sort?.columnId === column.id
  const Arrow = active && sort.descending ? IconArrowDown : IconArrowUp
  const hinted = (head: React.ReactElement) =>
    column.hint === undefined ? (
      head
    ) : (
      <Tooltip
        label={column.hint}
        multiline
        maw={300}
        p={8}
        openDelay={250}
        events={{ hover: true, focus: true, touch: column.sortValue === undefined }}
      >
        {head}
      </Tooltip>
    )
  if (!column.sortValue)
    return (
      <th scope="col" data-align={column.align}>
        {hinted(<span>{column.title}</span>)}
      </th>
    )
  return (
    <th scope="col" data-align={column.align} aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      {hinted(
        <button
          type="button"
          className={classes.sort}
          title={column.hint === undefined ? label : undefined}
          onClick={() => onSort((now) => nextSort(now, column.id))}
        >
          <span className={classes.headText}>{column.title}</span>
          <Arrow size={12} stroke={2} aria-hidden className={classes.arrow} data-active={active || undefined} />
        </button>,
      )}
    </th>
  )
}
