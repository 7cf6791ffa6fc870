import type { LiveCall, LiveQueue } from '../../server/contract/index.ts'
import { formatPhone } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useNow } from '../app/live/live.ts'
import { Duration, EmptyState, PhoneNumber } from '../ui/index.ts'
import classes from './MonitorScreen.module.css'
import { words } from './words.ts'

/** After this a wait is shown as an alarm. */
const longWaitMs = 60_000
const shownCallers = 8

export function QueueList({ queues, calls }: { queues: readonly LiveQueue[]; calls: readonly LiveCall[] }) {
  const t = useWords(words)
  return (
    <section className={classes.panel}>
      <h2 className={classes.panelHead}>{t.queues}</h2>
      <div className={classes.scroll}>
        {queues.length === 0 && <EmptyState title={t.noQueues} hint={t.noQueuesHint} />}
        {queues.map((queue) => (
          <Queue key={queue.number} queue={queue} calls={calls} />
        ))}
      </div>
    </section>
  )
}

function Queue({ queue, calls }: { queue: LiveQueue; calls: readonly LiveCall[] }) {
  const t = useWords(words)
  const rest = queue.waiting.length - shownCallers
  return (
    <section className={classes.queue} aria-label={queue.name}>
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
          {queue.waiting.slice(0, shownCallers).map((caller, at) => (
            <li key={caller.callId} className={classes.caller}>
              <span className={`num ${classes.place}`}>{at + 1}</span>
              <span className={classes.callerName} title={formatPhone(caller.number)}>
                {calls.find((call) => call.id === caller.callId)?.customerName ?? <PhoneNumber number={caller.number} />}
              </span>
              <Wait sinceMs={caller.sinceMs} />
            </li>
          ))}
          {rest > 0 && <li className={`${classes.caller} ${classes.muted}`}>{t.more(rest)}</li>}
        </ol>
      )}
    </section>
  )
}

function Wait({ sinceMs }: { sinceMs: number }) {
  const long = useNow() - sinceMs > longWaitMs
  return (
    <span className={classes.wait} data-long={long || undefined}>
      <Duration sinceMs={sinceMs} />
    </span>
  )
}
