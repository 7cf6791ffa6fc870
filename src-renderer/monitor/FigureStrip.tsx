import type { Alarm, AlarmKind, VisitFigures } from '../../server/contract/index.ts'
import { nothing, useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { Duration } from '../ui/index.ts'
import { levelOf } from './alarms/standing.ts'
import type { FloorFigures, FloorFilter } from './figures.ts'
import classes from './MonitorScreen.module.css'
import { words } from './words.ts'

export type DayFigure = 'answered' | 'lost' | 'level' | 'recentLevel'

interface FigureStripProps {
  readonly floor: FloorFigures
  readonly day: { readonly today: VisitFigures; readonly recent: VisitFigures }
  /** Those that stand for what is shown. */
  readonly alarms: readonly Alarm[]
  /** What is shown below now. */
  readonly shown: FloorFilter['status']
  /** Opens the operators in this state, or (the same again) everybody. */
  readonly onStatus: (status: FloorFilter['status']) => void
  readonly onWaiting: () => void
  /** How a figure of today is worked out, in words; null: not known yet. */
  readonly formulaOf: (figure: DayFigure) => string | null
  /** Opens the calls behind a figure of today. */
  readonly onDay: (figure: DayFigure) => void
}

export function FigureStrip({ floor, day, alarms, shown, onStatus, onWaiting, formulaOf, onDay }: FigureStripProps) {
  const t = useWords(words)
  const format = useFormat()
  const toneOf = (kind: AlarmKind) => {
    const level = levelOf(alarms, kind)
    return level === null ? undefined : level === 'critical' ? 'alarm' : 'wait'
  }
  const percent = (share: number | null) => (share === null ? nothing : format.percent(share))
  const opens = (status: FloorFilter['status']) => ({
    pressed: shown === status,
    onClick: () => onStatus(shown === status ? null : status),
  })
  const ofDay = (name: string, figure: DayFigure) => {
    const formula = formulaOf(figure)
    return { name, hint: formula === null ? name : `${name} = ${formula}`, onClick: () => onDay(figure) }
  }
  return (
    <section className={classes.figures} aria-label={t.figures}>
      <Figure name={t.online} note={t.of(floor.operators)} {...opens('online')}>
        {floor.online}
      </Figure>
      <Figure name={t.talking} {...opens('onCall')}>
        {floor.talking}
      </Figure>
      <Figure name={t.free} tone={toneOf('freeOperators')} {...opens('available')}>
        {floor.free}
      </Figure>
      <Figure name={t.wrapUp} tone={toneOf('wrapUp')} {...opens('wrapUp')}>
        {floor.wrapUp}
      </Figure>
      <Figure name={t.paused} tone={toneOf('pause')} {...opens('paused')}>
        {floor.paused}
      </Figure>
      <Figure name={t.waiting} tone={toneOf('waiting') ?? (floor.waiting > 0 ? 'wait' : undefined)} onClick={onWaiting}>
        {floor.waiting}
      </Figure>
      <Figure
        name={t.longestWait}
        tone={floor.longestWaitSinceMs === null ? undefined : (toneOf('longestWait') ?? 'wait')}
        onClick={onWaiting}
      >
        {floor.longestWaitSinceMs === null ? nothing : <Duration sinceMs={floor.longestWaitSinceMs} />}
      </Figure>
      <Figure name={t.activeQueues} hint={t.activeQueuesHint} note={t.of(floor.queues)} onClick={onWaiting}>
        {floor.activeQueues}
      </Figure>
      <Figure {...ofDay(t.answered, 'answered')} note={t.ofToday}>
        {day.today.answered}
      </Figure>
      <Figure {...ofDay(t.lost, 'lost')} note={t.ofToday} tone={day.today.lost > 0 ? 'alarm' : undefined}>
        {day.today.lost}
      </Figure>
      <Figure {...ofDay(t.level, 'level')}>{percent(day.today.serviceLevel)}</Figure>
      <Figure {...ofDay(t.recentLevel, 'recentLevel')} note={t.ofCalls(day.recent.offered)} tone={toneOf('serviceLevel')}>
        {percent(day.recent.serviceLevel)}
      </Figure>
    </section>
  )
}

interface FigureProps {
  readonly name: string
  /** What it counts, where the name does not say. */
  readonly hint?: string
  readonly note?: string
  readonly tone?: 'wait' | 'alarm' | undefined
  /** Opens what is behind the figure. */
  readonly onClick: () => void
  /** It is open. */
  readonly pressed?: boolean
  readonly children: React.ReactNode
}

function Figure({ name, hint, note, tone, onClick, pressed, children }: FigureProps) {
  return (
    <button type="button" className={classes.figure} onClick={onClick} aria-pressed={pressed} aria-description={hint}>
      <span className={classes.figureName} title={hint ?? name}>
        {name}
      </span>
      <span className={classes.figureValue} data-tone={tone}>
        {children}
        {note !== undefined && <span className={classes.figureNote}>{note}</span>}
      </span>
    </button>
  )
}
