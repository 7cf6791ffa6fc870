import { nothing } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { Duration } from '../ui/index.ts'
import type { DayFilter, FloorFigures, FloorFilter } from './figures.ts'
import classes from './MonitorScreen.module.css'
import { words } from './words.ts'

interface FigureStripProps {
  readonly floor: FloorFigures
  /** null until today's calls are known. */
  readonly day: { readonly answered: number; readonly lost: number } | null
  /** What is shown below now. */
  readonly shown: FloorFilter['status']
  /** Opens the operators in this state, or (the same again) everybody. */
  readonly onStatus: (status: FloorFilter['status']) => void
  readonly onWaiting: () => void
  readonly onDay: (day: DayFilter) => void
}

export function FigureStrip({ floor, day, shown, onStatus, onWaiting, onDay }: FigureStripProps) {
  const t = useWords(words)
  const opens = (status: FloorFilter['status']) => ({
    pressed: shown === status,
    onClick: () => onStatus(shown === status ? null : status),
  })
  return (
    <section className={classes.figures} aria-label={t.figures}>
      <Figure name={t.online} note={t.of(floor.operators)} {...opens('online')}>
        {floor.online}
      </Figure>
      <Figure name={t.talking} {...opens('onCall')}>
        {floor.talking}
      </Figure>
      <Figure name={t.free} {...opens('available')}>
        {floor.free}
      </Figure>
      <Figure name={t.wrapUp} {...opens('wrapUp')}>
        {floor.wrapUp}
      </Figure>
      <Figure name={t.paused} {...opens('paused')}>
        {floor.paused}
      </Figure>
      <Figure name={t.waiting} tone={floor.waiting > 0 ? 'wait' : undefined} onClick={onWaiting}>
        {floor.waiting}
      </Figure>
      <Figure name={t.longestWait} tone={floor.longestWaitSinceMs === null ? undefined : 'wait'} onClick={onWaiting}>
        {floor.longestWaitSinceMs === null ? nothing : <Duration sinceMs={floor.longestWaitSinceMs} />}
      </Figure>
      <Figure name={t.answered} note={t.ofToday} onClick={() => onDay('answered')}>
        {day?.answered ?? nothing}
      </Figure>
      <Figure name={t.lost} note={t.ofToday} tone={day && day.lost > 0 ? 'alarm' : undefined} onClick={() => onDay('missed')}>
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
  readonly onClick: () => void
  /** It is open. */
  readonly pressed?: boolean
  readonly children: React.ReactNode
}

function Figure({ name, note, tone, onClick, pressed, children }: FigureProps) {
  return (
    <button type="button" className={classes.figure} onClick={onClick} aria-pressed={pressed}>
      <span className={classes.figureName} title={name}>
        {name}
      </span>
      <span className={classes.figureValue} data-tone={tone}>
        {children}
        {note !== undefined && <span className={classes.figureNote}>{note}</span>}
      </span>
    </button>
  )
}
