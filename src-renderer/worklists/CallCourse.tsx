import type { TimelineEvent } from '../../server/contract/index.ts'
import { reportNames } from '../../server/contract/report-names.ts'
import { formatDuration, useFormat } from '../app/format.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import classes from './CallDetails.module.css'
import { stepDetails } from './step-details.ts'
import { words } from './words.ts'

/** What happened when, in which queue, on whose phone. */
export function CallCourse({ timeline }: { timeline: readonly TimelineEvent[] }) {
  const t = useWords(words).page
  const names = reportNames[useLanguage()]
  const format = useFormat()
  return (
    <section className={classes.block} aria-label={t.course}>
      <h3>{t.course}</h3>
      <ol className={classes.course} data-testid="call-course">
        {timeline.map((event, at) => {
          const details = stepDetails(event, { ...t.details, ...names, length: formatDuration }).join(' · ')
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a past call's steps stay as they are
            <li key={at}>
              <time>{format.timeWithSeconds(event.atMs)}</time>
              <span>
                {t.events[event.kind]}
                {event.operatorName !== null ? (
                  <>
                    : <b>{event.operatorName}</b>
                  </>
                ) : (
                  event.queueName !== null && <b> {event.queueName}</b>
                )}
                {details !== '' && <small>{details}</small>}
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
