import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Alarm, LiveCall, LiveOperator, LiveQueue } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { formatPhone } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useNow } from '../app/live/live.ts'
import { Duration, EmptyState, PhoneNumber } from '../ui/index.ts'
import { levelIn, ofQueue, waitLimitMs } from './alarms/standing.ts'
import { CallMenu } from './CallMenu.tsx'
import classes from './MonitorScreen.module.css'
import type { FloorActions } from './use-actions.ts'
import { words } from './words.ts'

const shownCallers = 8
const nobody: readonly LiveOperator[] = []

interface QueueListProps {
  readonly queues: readonly LiveQueue[]
  /** Those that are not shown too: callers can be moved to them. */
  readonly all: readonly LiveQueue[]
  readonly calls: readonly LiveCall[]
  readonly alarms: readonly Alarm[]
  readonly actions: FloorActions
}

/** Somebody else may set others. */
const limitsAgainMs = 60_000

export function QueueList({ queues, ...rest }: QueueListProps) {
  const t = useWords(words)
  const api = useApi()
  const limits = useQuery({
    queryKey: ['alarmThresholds'],
    queryFn: () => api.alarmThresholds(),
    refetchInterval: limitsAgainMs,
  })
  return (
    <section className={classes.panel}>
      <h2 className={classes.panelHead}>{t.queues}</h2>
      <div className={classes.scroll}>
        {queues.length === 0 && <EmptyState title={t.noQueues} hint={t.noQueuesHint} />}
        {queues.map((queue) => (
          <Queue key={queue.number} queue={queue} longMs={waitLimitMs(limits.data?.thresholds ?? [], queue.number)} {...rest} />
        ))}
      </div>
    </section>
  )
}

interface QueueProps extends Omit<QueueListProps, 'queues'> {
  readonly queue: LiveQueue
  /** From here on a wait is shown as too long; null: never. */
  readonly longMs: number | null
}

function Queue({ queue, longMs, all, calls, alarms, actions }: QueueProps) {
  const t = useWords(words)
  const [whole, setWhole] = useState(false)
  const rest = queue.waiting.length - shownCallers
  const own = ofQueue(alarms, queue.number)
  return (
    <section className={classes.queue} aria-label={queue.name} data-alarm={levelIn(own) ?? undefined}>
      <div className={classes.queueHead}>
        <span className={classes.queueName} title={queue.name}>
          {queue.name}
        </span>
        <span className={classes.queueCrew}>{t.queueCrew(queue.free, queue.online)}</span>
      </div>
      {queue.waiting.length === 0 ? (
        <div className={classes.nobody}>{t.nobodyWaits}</div>
      ) : (
        <ol className={classes.callers}>
          {queue.waiting.slice(0, whole ? undefined : shownCallers).map((caller, at) => {
            const call = calls.find(({ id }) => id === caller.callId)
            return (
              <li key={caller.callId} className={classes.caller} data-testid="waiting-caller">
                <span className={`num ${classes.place}`}>{at + 1}</span>
                <span className={classes.callerName} title={formatPhone(caller.number)}>
                  {call?.customerName ?? <PhoneNumber number={caller.number} />}
                </span>
                <Wait sinceMs={caller.sinceMs} longMs={longMs} />
                {call && <CallMenu conversation={{ call, joined: [] }} operators={nobody} queues={all} actions={actions} />}
              </li>
            )
          })}
          {rest > 0 && (
            <li className={classes.caller}>
              <Anchor component="button" type="button" size="xs" aria-expanded={whole} onClick={() => setWhole(!whole)}>
                {whole ? t.fewer : t.more(rest)}
              </Anchor>
            </li>
          )}
        </ol>
      )}
    </section>
  )
}

function Wait({ sinceMs, longMs }: { sinceMs: number; longMs: number | null }) {
  const nowMs = useNow()
  const long = longMs !== null && nowMs - sinceMs >= longMs
  return (
    <span className={classes.wait} data-long={long || undefined}>
      <Duration sinceMs={sinceMs} />
    </span>
  )
}
