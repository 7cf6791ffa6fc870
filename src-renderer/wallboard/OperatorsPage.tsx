import type { WallboardOperator } from '../../server/contract/wallboard-view.ts'
import { formatDuration } from '../app/format.ts'
import { useServerNow } from './clock.ts'
import { fitName } from './fit.ts'
import { useTexts } from './screen.ts'
import classes from './Wallboard.module.css'

const stateOf = {
  available: 'ok',
  onCall: 'own',
  ringing: 'own',
  wrapUp: 'wait',
  paused: 'wait',
  offline: 'off',
} as const satisfies Record<WallboardOperator['status'], string>

/** Who does what now, and for how long. */
export function OperatorsPage({ operators, old }: { operators: readonly WallboardOperator[]; old: boolean }) {
  const { t } = useTexts()
  if (operators.length === 0) return <p className={classes.nobody}>{t.nobodyOnline}</p>
  return (
    <ul className={classes.operators}>
      {operators.map(({ id, name, status, sinceMs }) => (
        <li key={id} className={classes.operator} data-state={stateOf[status]} data-testid="operator">
          <span className={classes.name} style={{ '--size': fitName(name, { width: 36, size: 4.8 }) }}>
            {name}
          </span>
          <span className={classes.operatorStatus}>
            <span>{t.status[status]}</span>
            {!old && <Since sinceMs={sinceMs} />}
          </span>
        </li>
      ))}
    </ul>
  )
}

const Since = ({ sinceMs }: { sinceMs: number }) => (
  <span className={classes.since}>{formatDuration(useServerNow() - sinceMs)}</span>
)
