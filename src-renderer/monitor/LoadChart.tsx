import { useElementSize } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { dateOfDay, type LoadOfDay, type VisitFigures } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { createFormat, useFormat } from '../app/format.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { labelEvery, ticksOf } from '../reports/chart-scale.ts'
import { ErrorState, LoadingLines } from '../ui/index.ts'
import { lacks } from './figures.ts'
import classes from './LoadChart.module.css'
import { words } from './words.ts'

type Hour = LoadOfDay['hours'][number]

const height = 104
const edge = { top: 6, bottom: 18, left: 34, right: 8 } as const
const labelPx = 22

/** However fast calls come: each window asks for itself. */
const soonMs = 10_000
const idleMs = 60_000

interface LoadChartProps {
  /** The site's. */
  readonly day: number
  /** Queue number; null: all. */
  readonly queue: string | null
  /** What the day has so far: when it changes, the hours have. */
  readonly figures: VisitFigures
  readonly onOpen: (hour: Hour) => void
}

/** Today hour by hour, beside what days of the same kind lead to expect. An hour opens its calls. */
export function LoadChart({ day, queue, figures, onOpen }: LoadChartProps) {
  const t = useWords(words).load
  const api = useApi()
  const load = useQuery({
    queryKey: ['loadOfDay', day, queue],
    queryFn: () => api.loadOfDay({ query: queue === null ? {} : { queue } }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data && lacks(state.data, figures) ? soonMs : idleMs),
  })
  return (
    <figure className={classes.panel} style={{ margin: 0 }} data-testid="load-chart">
      {load.data ? (
        <Picture load={load.data} onOpen={onOpen} />
      ) : load.error ? (
        <ErrorState error={load.error} onRetry={() => void load.refetch()} />
      ) : (
        <div style={{ height: height + 56, padding: 12 }}>
          <LoadingLines lines={4} height={18} />
        </div>
      )}
      <figcaption hidden>{t.title}</figcaption>
    </figure>
  )
}

function Picture({ load, onOpen }: { load: LoadOfDay; onOpen: (hour: Hour) => void }) {
  const t = useWords(words).load
  const format = useFormat()
  const { ref, width } = useElementSize<HTMLDivElement>()
  const [at, setAt] = useState<number | null>(null)
  const [byKey, setByKey] = useState(false)
  const { hours } = load
  const ticks = ticksOf(Math.max(1, ...hours.map(({ offered, expected }) => Math.max(offered, expected ?? 0))), 'count', 3)
  const top = ticks.at(-1) ?? 1
  const plot = { width: Math.max(0, width - edge.left - edge.right), height: height - edge.top - edge.bottom }
  const y = (amount: number) => edge.top + plot.height * (1 - amount / top)
  const step = plot.width / Math.max(1, hours.length)
  const bar = Math.max(2, step * 0.7)
  const every = labelEvery(hours.length, plot.width, labelPx)
  const open = (hour: Hour | undefined) => {
    if (hour && hour.offered > 0) onOpen(hour)
  }
  const onKey = (event: React.KeyboardEvent) => {
    const last = hours.length - 1
    const now = at ?? -1
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: Math.min(last, now + 1),
      ArrowLeft: Math.max(0, now - 1),
      Home: 0,
      End: last,
    }
    const next = moves[event.key]
    if (next !== undefined) {
      setByKey(true)
      setAt(next)
    } else if (event.key === 'Enter' && at !== null) open(hours[at])
    else return
    event.preventDefault()
  }
  const pointed = at === null ? undefined : hours[at]
  return (
    <>
      <div className={classes.head}>
        <h2>{t.title}</h2>
        <span className={classes.pointed} aria-live={byKey ? 'polite' : 'off'}>
          {pointed && (
            <>
              <b>{t.hour(pointed.hourOfDay)}</b>{' '}
              {t.ofHour({
                answered: pointed.answered,
                lost: pointed.lost,
                expected: pointed.expected === null ? null : format.tenths(pointed.expected),
              })}
            </>
          )}
        </span>
      </div>
      <div ref={ref}>
        {width > 0 && (
          // biome-ignore lint/a11y/useSemanticElements: a picture whose bars are reached by the arrow keys
          <svg
            className={classes.picture ?? ''}
            width={width}
            height={height}
            role="group"
            aria-label={`${t.title}. ${t.keys}`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: its bars are reached by the arrow keys
            tabIndex={0}
            onKeyDown={onKey}
            onBlur={() => setAt(null)}
            onPointerLeave={() => setAt(null)}
          >
            {ticks.map((tick) => (
              <g key={tick}>
                <line className={classes.grid} x1={edge.left} x2={width - edge.right} y1={y(tick)} y2={y(tick)} />
                <text className={classes.tick} x={edge.left - 6} y={y(tick)} dy="0.32em" textAnchor="end">
                  {format.number(tick)}
                </text>
              </g>
            ))}
            {hours.map((hour, index) => {
              const x = edge.left + index * step
              const left = x + (step - bar) / 2
              const parts = [
                ['answered', hour.answered],
                ['lost', hour.lost],
                ['other', hour.offered - hour.answered - hour.lost],
              ] as const
              let sum = 0
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: the keys are the picture's
                <g
                  key={hour.hourMs}
                  className={classes.hour}
                  data-testid={`hour-${hour.hourOfDay}`}
                  data-opens={hour.offered > 0 || undefined}
                  data-pointed={index === at || undefined}
                  onPointerEnter={() => {
                    setByKey(false)
                    setAt(index)
                  }}
                  onClick={() => open(hour)}
                >
                  <rect className={classes.ground} x={x} y={edge.top} width={step} height={plot.height} />
                  {parts.map(([part, amount]) => {
                    if (amount <= 0) return null
                    sum += amount
                    return (
                      <rect
                        key={part}
                        className={classes[part]}
                        x={left}
                        y={y(sum)}
                        width={bar}
                        height={Math.max(1, y(sum - amount) - y(sum))}
                      />
                    )
                  })}
                  {hour.expected !== null && hour.expected > 0 && (
                    <line
                      className={classes.expected}
                      x1={left - 1}
                      x2={left + bar + 1}
                      y1={y(hour.expected)}
                      y2={y(hour.expected)}
                    />
                  )}
                  {index % every === 0 && (
                    <text className={classes.tick} x={x + step / 2} y={height - 5} textAnchor="middle">
                      {hour.hourOfDay}
                    </text>
                  )}
                </g>
              )
            })}
          </svg>
        )}
      </div>
      <p className={classes.foot}>
        <span className={classes.legend}>
          <i data-part="answered" />
          {t.answered}
        </span>
        <span className={classes.legend}>
          <i data-part="lost" />
          {t.lost}
        </span>
        <Expectation load={load} />
      </p>
    </>
  )
}

/** What the expectation is made of, and what it is not. */
function Expectation({ load: { holiday, expectedFrom, emptyDays, otherDays } }: { load: LoadOfDay }) {
  const t = useWords(words).load
  const language = useLanguage()
  // Days are of the site, not of this computer's zone.
  const day = createFormat(language, 'UTC')
  const list = (days: readonly number[]) => days.map((one) => day.date(dateOfDay(one).getTime())).join(', ')
  if (expectedFrom.length === 0) return <span>{holiday ? t.noHolidays : t.noPast}</span>
  const note = [
    t.from(list(expectedFrom)),
    ...(emptyDays.length > 0 ? [t.without(list(emptyDays))] : []),
    ...(otherDays.length > 0 ? [t.others(list(otherDays))] : []),
  ]
  return (
    <span className={classes.legend} title={note.join('\n')}>
      <i data-part="expected" />
      {holiday ? t.expectedHoliday(expectedFrom.length) : t.expected(expectedFrom.length)}
      {emptyDays.length > 0 && `, ${t.empty(emptyDays.length)}`}
    </span>
  )
}
