import { Select } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import type { FigureDefinition, ReportRequest, ReportRow, ReportTable } from '../../server/contract/index.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { chartLabels } from './chart-labels.ts'
import { beforeOf, type ChartPlace, mostPlaces, noPictureOf, partsOf, placesOf, ticksOf } from './chart-scale.ts'
import { figureText } from './figure-text.ts'
import classes from './ReportChart.module.css'
import { reportWords } from './report-words.ts'
import type { OpenedFigure } from './use-report.ts'

interface ReportChartProps {
  readonly request: ReportRequest
  readonly table: ReportTable
  /** Those of the table’s columns. */
  readonly figures: readonly FigureDefinition[]
  readonly nameOf: (row: Pick<ReportRow, 'key' | 'name'>) => string
  /** Of the site. */
  readonly timeZone: string
  readonly onOpen: (figure: OpenedFigure) => void
}

const height = 140
const edge = { top: 8, bottom: 20 } as const
/** Of a label of the scale: hundreds of hours are long. */
const letterPx = 7
const whole = ':parts'

/** The table as a picture. A bar opens the calls behind it like its figure does; what is not known is a gap. */
export function ReportChart({ request, table, figures, nameOf, timeZone, onOpen }: ReportChartProps) {
  const t = useWords(reportWords)
  const language = useLanguage()
  const possible = useMemo(() => figures.filter(({ id }) => table.figures.includes(id)), [figures, table])
  const parts = useMemo(() => partsOf(request.report, possible), [request.report, possible])
  const [chosen, setChosen] = useState<string | null>(null)
  const [at, setAt] = useState<number | null>(null)
  const [byKey, setByKey] = useState(false)
  const { ref, width } = useElementSize<HTMLDivElement>()
  const figure = possible.find(({ id }) => id === chosen) ?? (chosen === whole || parts.length === 0 ? possible[0] : undefined)
  const stacked = parts.length > 0 && (figure === undefined || chosen === whole)
  const shown = useMemo(() => (stacked ? parts : figure ? [{ figure, colour: 'accent' as const }] : []), [stacked, parts, figure])
  const places = useMemo(() => placesOf(table.rows, request), [table.rows, request])
  const closed = useMemo(() => new Set(table.closed), [table.closed])
  const [first] = shown
  if (!first) return null

  const isClosed = ({ key }: ChartPlace) => key !== null && closed.has(key)
  const value = (place: ChartPlace, id: string) => place.row?.values[id] ?? null
  const totalOf = (place: ChartPlace) => shown.reduce((sum, part) => sum + (value(place, part.figure.id) ?? 0), 0)
  const before = (place: ChartPlace) => beforeOf(place, shown)
  const highest = places.reduce((most, place) => Math.max(most, totalOf(place), before(place) ?? 0), 0)
  const trouble = noPictureOf(places, highest)
  if (trouble === 'nothing') return null
  if (trouble === 'tooMany')
    return (
      <p className={classes.tooMany} data-testid="report-chart-too-many">
        {t.chartTooMany(places.length, mostPlaces)}
      </p>
    )
  const ticks = ticksOf(highest, first.figure.unit)
  const top = ticks.at(-1) ?? 1
  const tickText = (tick: number) => figureText(tick, first.figure.unit, language)
  const left = Math.max(56, 8 + letterPx * Math.max(...ticks.map((tick) => tickText(tick).length)))
  const plot = { width: Math.max(0, width - left), height: height - edge.top - edge.bottom }
  const y = (amount: number) => edge.top + plot.height * (1 - amount / top)
  const step = plot.width / places.length
  const bar = Math.min(56, Math.max(1, step * 0.72))
  const name = (place: ChartPlace) => nameOf(place.row ?? { key: place.key, name: null })
  const names = new Map(places.map((place) => [place.key, place]))
  const labels = chartLabels(
    places.map(({ key }) => key),
    { groupBy: request.groupBy, language, timeZone, stepPx: step, nameOf: (key) => name(names.get(key) ?? { key, row: null }) },
  )
  const textOf = (place: ChartPlace) => {
    const texts = shown.map(
      ({ figure: { id, unit, ...words } }) => `${words[language].name}: ${figureText(value(place, id), unit, language)}`,
    )
    const earlier = before(place)
    return [...texts, ...(earlier === null ? [] : [t.earlier(figureText(earlier, first.figure.unit, language))])].join(' · ')
  }
  // Of a whole, the part that counts the most.
  const mostOf = (place: ChartPlace) =>
    shown.toSorted((a, b) => (value(place, b.figure.id) ?? 0) - (value(place, a.figure.id) ?? 0))[0]
  const open = (place: ChartPlace, part = mostOf(place)) => {
    const amount = part ? value(place, part.figure.id) : null
    if (!part || !place.row || !part.figure.opens || !amount) return
    onOpen({ request, figure: part.figure, row: place.key, rowName: name(place), value: amount })
  }
  const onKey = (event: React.KeyboardEvent) => {
    const last = places.length - 1
    const now = at ?? -1
    const next =
      event.key === 'ArrowRight'
        ? Math.min(last, now + 1)
        : event.key === 'ArrowLeft'
          ? Math.max(0, now - 1)
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? last
              : null
    if (next !== null) {
      event.preventDefault()
      setByKey(true)
      setAt(next)
    } else if (event.key === 'Enter' && at !== null) {
      const place = places[at]
      if (place) open(place)
    }
  }
  const pointed = at === null ? undefined : places[at]
  const options = [
    ...(parts.length > 0 ? [{ value: whole, label: t.chartParts }] : []),
    ...possible.map(({ id, ...words }) => ({ value: id, label: words[language].name })),
  ]
  return (
    <figure className={classes.chart} data-testid="report-chart">
      <figcaption className={classes.head}>
        <Select
          size="xs"
          variant="unstyled"
          w={200}
          aria-label={t.chartOf}
          allowDeselect={false}
          comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
          data={options}
          value={stacked ? whole : first.figure.id}
          onChange={setChosen}
          data-testid="chart-figure"
        />
        {/* Who points with a mouse sees it. */}
        <span className={classes.pointed} aria-live={byKey ? 'polite' : 'off'}>
          {pointed ? (
            <>
              <b>{name(pointed)}</b> {textOf(pointed)}
              {isClosed(pointed) && ` · ${t.closed}`}
            </>
          ) : (
            <>
              {stacked &&
                shown.map((part) => (
                  <span key={part.figure.id} className={classes.legend}>
                    <i data-colour={part.colour} /> {part.figure[language].name}
                  </span>
                ))}
              {places.some((place) => before(place) !== null) && (
                <span className={classes.legend}>
                  <i data-before /> {t.chartBefore}
                </span>
              )}
              {places.some(isClosed) && (
                <span className={classes.legend}>
                  <i data-colour="closed" /> {t.closed}
                </span>
              )}
            </>
          )}
        </span>
      </figcaption>
      <div ref={ref}>
        {width > 0 && (
          // biome-ignore lint/a11y/useSemanticElements: a picture whose bars are reached by the arrow keys, with the table below it
          <svg
            className={classes.picture ?? ''}
            width={width}
            height={height}
            role="group"
            aria-roledescription={t.chart}
            aria-label={`${options.find((option) => option.value === (stacked ? whole : first.figure.id))?.label ?? ''}. ${t.chartKeys}`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: its bars are reached by the arrow keys
            tabIndex={0}
            onKeyDown={onKey}
            onBlur={() => setAt(null)}
            onPointerLeave={() => setAt(null)}
          >
            {places.map(
              (place, index) =>
                isClosed(place) && (
                  <rect
                    key={place.key}
                    className={classes.closed}
                    x={left + index * step}
                    y={edge.top}
                    width={step}
                    height={plot.height}
                  />
                ),
            )}
            {ticks.map((tick) => (
              <g key={tick}>
                <line className={classes.grid} x1={left} x2={width} y1={y(tick)} y2={y(tick)} />
                <text className={classes.tick} x={left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
                  {tickText(tick)}
                </text>
              </g>
            ))}
            {places.map((place, index) => {
              const x = left + index * step
              const known = shown.some((part) => value(place, part.figure.id) !== null)
              const earlier = before(place)
              let sum = 0
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: the keys are the picture's
                <g
                  key={place.key ?? ''}
                  className={classes.place}
                  data-pointed={index === at || undefined}
                  data-known={known}
                  onPointerEnter={() => {
                    setByKey(false)
                    setAt(index)
                  }}
                  onClick={() => open(place)}
                >
                  <rect className={classes.ground} x={x} y={edge.top} width={step} height={plot.height} />
                  {shown.map((part) => {
                    const amount = value(place, part.figure.id) ?? 0
                    if (amount <= 0) return null
                    sum += amount
                    return (
                      // biome-ignore lint/a11y/noStaticElementInteractions: the keys are the picture's
                      <rect
                        key={part.figure.id}
                        onClick={(event) => {
                          event.stopPropagation()
                          open(place, part)
                        }}
                        data-colour={part.colour}
                        x={x + (step - bar) / 2}
                        y={y(sum)}
                        width={bar}
                        height={Math.max(1, y(sum - amount) - y(sum))}
                      />
                    )
                  })}
                  {earlier !== null && (
                    <line
                      className={classes.before}
                      x1={x + (step - bar) / 2 - 2}
                      x2={x + (step + bar) / 2 + 2}
                      y1={y(earlier)}
                      y2={y(earlier)}
                    />
                  )}
                  {labels[index] && (
                    <text className={classes.tick} x={x + step / 2} y={height - 6} textAnchor="middle">
                      {labels[index]}
                    </text>
                  )}
                </g>
              )
            })}
          </svg>
        )}
      </div>
    </figure>
  )
}
