import type { WallboardFigures } from '../../server/contract/wallboard-view.ts'
import { nothing } from '../app/format.ts'
import { LevelSign } from './LevelSign.tsx'
import { useTexts } from './screen.ts'
import { Value } from './Value.tsx'
import { WaitTime } from './WaitTime.tsx'
import classes from './Wallboard.module.css'

type Level = WallboardFigures['alarms']['waiting']
/** Colour of a state beside its word. */
type State = 'ok' | 'wait' | 'own'

/** Widths of a tile's inside on a 16:9 screen, in hundredths of its height. */
const wide = 78
const narrow = 36

/** The figures of one queue, or of all together. */
export function FigurePage({ figures, old }: { figures: WallboardFigures; old: boolean }) {
  const { t, format } = useTexts()
  const { alarms, longestWaitSinceMs } = figures
  const count = (value: number | null) => (value === null ? nothing : format.number(value))
  const share = (value: number | null) => (value === null ? nothing : format.percent(value))
  return (
    <div className={classes.tiles}>
      <Tile name={t.waiting} level={alarms.waiting} value={count(figures.waiting)} big testId="waiting" />
      <Tile name={t.longestWait} level={alarms.longestWait} big testId="longest-wait">
        <WaitTime sinceMs={longestWaitSinceMs} old={old} width={wide} size={24} />
      </Tile>
      <Tile name={t.free} state="ok" level={alarms.free} value={count(figures.free)} width={20} testId="free">
        <small>{t.ofOnline(figures.online)}</small>
      </Tile>
      <Tile name={t.talking} state="own" value={count(figures.talking)} testId="talking" />
      <Tile name={t.wrapUp} state="wait" level={alarms.wrapUp} value={count(figures.wrapUp)} testId="wrap-up" />
      <Tile name={t.paused} state="wait" level={alarms.paused} value={count(figures.paused)} testId="paused" />
      <Tile
        name={t.serviceLevelRecent}
        level={alarms.serviceLevelRecent}
        value={share(figures.serviceLevelRecent)}
        testId="sla-recent"
      />
      <Tile name={t.serviceLevel} value={share(figures.serviceLevel)} testId="sla" />
      <Tile name={t.answered} value={count(figures.answered)} testId="answered" />
      <Tile name={t.lost} value={count(figures.lost)} testId="lost" />
    </div>
  )
}

interface TileProps {
  readonly name: string
  readonly value?: string
  readonly state?: State
  readonly level?: Level
  readonly big?: boolean
  /** What the value may take of the tile. */
  readonly width?: number
  readonly testId: string
  readonly children?: React.ReactNode
}

function Tile({ name, value, state, level, big = false, width = big ? wide : narrow, testId, children }: TileProps) {
  return (
    <section className={classes.tile} data-level={level} data-big={big || undefined} data-testid={testId} aria-label={name}>
      <h2 className={classes.tileName}>
        {level ? <LevelSign level={level} /> : state && <span className={classes.dot} data-state={state} />}
        {name}
      </h2>
      <div className={classes.tileValue}>
        {value !== undefined && <Value text={value} width={width} size={big ? 24 : 13.6} />}
        {children}
      </div>
    </section>
  )
}
