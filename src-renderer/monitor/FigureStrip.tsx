import { nothing } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { Duration } from '../ui/index.ts'
import type { FloorFigures } from './figures.ts'
import classes from './MonitorScreen.module.css'
import { words } from './words.ts'

interface FigureStripProps {
  readonly floor: FloorFigures
  /** null until today's calls are known. */
  readonly day: { readonly answered: number; readonly lost: number } | null
  readonly onDay: () => void
}

export function FigureStrip({ floor, day, onDay }: FigureStripProps) {
  const t = useWords(words)
  return (
    <section className={classes.figures} aria-label={t.figures}>
      <Figure name={t.online} note={t.of(floor.operators)}>
        {floor.online}
      </Figure>
      <Figure name={t.talking}>{floor.talking}</Figure>
      <Figure name={t.free}>{floor.free}</Figure>
      <Figure name={t.waiting} tone={floor.waiting > 0 ? 'wait' : undefined}>
        {floor.waiting}
      </Figure>
      <Figure name={t.longestWait} tone={floor.longestWaitSinceMs === null ? undefined : 'wait'}>
        {floor.longestWaitSinceMs === null ? nothing : <Duration sinceMs={floor.longestWaitSinceMs} />}
      </Figure>
      <Figure name={t.answered} onClick={onDay}>
        {day?.answered ?? nothing}
      </Figure>
      <Figure name={t.lost} tone={day && day.lost > 0 ? 'alarm' : undefined} onClick={onDay}>
        {day?.lost ?? nothing}
      </Figure>
    </section>
  )
}

interface FigureProps {
  readonly name: string
  readonly note?: string
  readonly tone?: 'wait' | 'alarm' | undefined
  /** Opens what is behind the figure. */
  readonly onClick?: () => void
  readonly children: React.ReactNode
}

function Figure({ name, note, tone, onClick, children }: FigureProps) {
  const inside = (
    <>
      <span className={classes.figureName} title={name}>
        {name}
      </span>
      <span className={classes.figureValue} data-tone={tone}>
        {children}
        {note !== undefined && <span className={classes.figureNote}>{note}</span>}
      </span>
    </>
  )
  return onClick ? (
    <button type="button" className={classes.figure} onClick={onClick}>
      {inside}
    </button>
  ) : (
    <div className={classes.figure}>{inside}</div>
  )
}
