import type { WallboardFigure, WallboardQueue } from '../../server/contract/wallboard-view.ts'
import { nothing } from '../app/format.ts'
import { fitName } from './fit.ts'
import { LevelSign } from './LevelSign.tsx'
import { useTexts } from './screen.ts'
import { Value } from './Value.tsx'
import { WaitTime } from './WaitTime.tsx'
import classes from './Wallboard.module.css'

const size = 5.4
/** Widths inside of cells, in hundredths of the screen's height; of a wait over an hour more is needed. */
const widths = { name: 43, wait: 20, figure: 16, sign: 3 } as const

/** Several queues, a row each. */
export function QueuesPage({ queues, old }: { queues: readonly WallboardQueue[]; old: boolean }) {
  const { t } = useTexts()
  return (
    <table className={classes.table}>
      <colgroup>
        <col className={classes.nameColumn} />
        {columns.map((column) => (
          <col key={column} className={column === 'longestWait' ? classes.waitColumn : undefined} />
        ))}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t.columns.queue}</th>
          {columns.map((column) => (
            <th key={column} scope="col">
              {t.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {queues.map((queue) => (
          <tr key={queue.number} data-testid="queue-row">
            <th scope="row">
              <span className={classes.name} style={{ '--size': fitName(queue.name, { width: widths.name, size }) }}>
                {queue.name}
              </span>
            </th>
            {columns.map((column) => (
              <Cell key={column} column={column} queue={queue} old={old} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const columns = ['waiting', 'longestWait', 'free', 'serviceLevelRecent', 'serviceLevel', 'answered', 'lost'] as const
type Column = (typeof columns)[number]

const figureOf: Readonly<Partial<Record<Column, WallboardFigure>>> = {
  waiting: 'waiting',
  longestWait: 'longestWait',
  free: 'free',
  serviceLevelRecent: 'serviceLevelRecent',
}

function Cell({ column, queue, old }: { column: Column; queue: WallboardQueue; old: boolean }) {
  const { format } = useTexts()
  const figure = figureOf[column]
  const level = figure && queue.alarms[figure]
  const taken = level ? widths.sign : 0
  const text = (known: number | null) => {
    if (known === null) return nothing
    return column === 'serviceLevel' || column === 'serviceLevelRecent' ? format.percent(known) : format.number(known)
  }
  return (
    <td data-level={level} data-quiet={(column === 'waiting' && queue.waiting === 0) || undefined}>
      {level && <LevelSign level={level} />}
      {column === 'longestWait' ? (
        <WaitTime sinceMs={queue.longestWaitSinceMs} old={old} width={widths.wait - taken} size={size} />
      ) : (
        <Value text={text(queue[column])} width={widths.figure - taken} size={size} />
      )}
    </td>
  )
}
