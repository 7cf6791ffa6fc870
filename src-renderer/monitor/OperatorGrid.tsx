import { memo } from 'react'
import type { LiveCall, LiveOperator, LiveQueue } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { useNow } from '../app/live/live.ts'
import { Duration, EmptyState, PhoneNumber, StatusBadge, toneOf } from '../ui/index.ts'
import { usePauseLimit, usePauseReasonName } from '../workplace/index.ts'
import { queueNames } from './figures.ts'
import classes from './MonitorScreen.module.css'
import { words } from './words.ts'

interface OperatorGridProps {
  readonly operators: readonly LiveOperator[]
  readonly calls: readonly LiveCall[]
  readonly queues: readonly LiveQueue[]
}

export function OperatorGrid({ operators, calls, queues }: OperatorGridProps) {
  const t = useWords(words)
  return (
    <section className={classes.panel}>
      <h2 className={classes.panelHead}>
        {t.operators} <span className={classes.count}>{operators.length}</span>
      </h2>
      {operators.length === 0 ? (
        <EmptyState title={t.noOperators} hint={t.noOperatorsHint} />
      ) : (
        <div className={classes.operators}>
          {operators.map((operator) => (
            <OperatorCard
              key={operator.id}
              operator={operator}
              queues={queueNames(operator, queues)}
              call={calls.find((call) => call.id === operator.callId || call.operatorIds.includes(operator.id)) ?? null}
            />
          ))}
        </div>
      )}
    </section>
  )
}

interface OperatorCardProps {
  readonly operator: LiveOperator
  readonly call: LiveCall | null
  /** Names of the operator's queues, shown while there is no call. */
  readonly queues: string
}

/** A pause that lasts longer than its reason allows. */
function OverLimit({ sinceMs, limitMs }: { sinceMs: number; limitMs: number }) {
  const t = useWords(words)
  const nowMs = useNow()
  if (nowMs - sinceMs <= limitMs) return null
  return (
    <span className={classes.overLimit} data-testid="pause-over">
      {t.overLimit(limitMs / 60_000)}
    </span>
  )
}

const OperatorCard = memo(({ operator, call, queues }: OperatorCardProps) => {
  const t = useWords(words)
  const reasonName = usePauseReasonName()
  const limitOf = usePauseLimit()
  const { status } = operator
  const limitMs = limitOf(operator)
  return (
    <article className={classes.operator} data-tone={toneOf[status]} data-status={status} aria-label={operator.name}>
      <span className={classes.name} title={operator.name}>
        {operator.name}
      </span>
      <span className={classes.since}>
        {limitMs !== null && <OverLimit sinceMs={operator.sinceMs} limitMs={limitMs} />}
        {status !== 'offline' && <Duration sinceMs={operator.sinceMs} />}
      </span>
      <span className={classes.badge}>
        <StatusBadge status={status} note={status === 'paused' ? reasonName(operator.pauseReason) : null} />
      </span>
      <span className={classes.extension}>{operator.extension === null ? t.noExtension : t.extension(operator.extension)}</span>
      <span className={classes.with}>
        {call === null ? queues : call.customerName}
        {call?.customerName && ' · '}
        {call && <PhoneNumber number={call.number} />}
      </span>
    </article>
  )
})
