import { Button } from '@mantine/core'
import { IconAlertTriangle, IconUrgent } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { Alarm } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useWords } from '../../app/i18n.ts'
import { useLive } from '../../app/live/live.ts'
import { Duration } from '../../ui/index.ts'
import { useTellError } from '../../workplace/actions.ts'
import classes from './Alarms.module.css'
import { useAlarmText } from './alarm-text.ts'
import { inUrgency, levelIn, valueNow } from './standing.ts'
import { words } from './words.ts'

const shown = 3

interface AlarmStripProps {
  readonly alarms: readonly Alarm[]
  /** Those of queues that are not shown. */
  readonly elsewhere: readonly Alarm[]
  /** Shows all that stand. */
  readonly onMore: () => void
  /** Shows all queues. */
  readonly onElsewhere: () => void
}

/** The alarms that stand, the most urgent ones; all of them are in the log. */
export function AlarmStrip({ alarms, elsewhere, onMore, onElsewhere }: AlarmStripProps) {
  const t = useWords(words)
  const rest = alarms.length - shown
  return (
    <section aria-label={t.standing} aria-live="polite" className={alarms.length + elsewhere.length > 0 ? classes.strip : ''}>
      {inUrgency(alarms)
        .slice(0, shown)
        .map((alarm) => (
          <StandingAlarm key={alarm.id} alarm={alarm} />
        ))}
      {rest > 0 && (
        <button type="button" className={classes.more} onClick={onMore}>
          {t.more(rest)}
        </button>
      )}
      {elsewhere.length > 0 && (
        <button
          type="button"
          className={classes.more}
          data-level={levelIn(elsewhere)}
          onClick={onElsewhere}
          data-testid="alarms-elsewhere"
        >
          {t.elsewhere(elsewhere.length)}
        </button>
      )}
    </section>
  )
}

function StandingAlarm({ alarm }: { alarm: Alarm }) {
  const t = useWords(words)
  const text = useAlarmText()
  const LevelIcon = alarm.level === 'critical' ? IconUrgent : IconAlertTriangle
  const value = useLive(({ view }) => view && valueNow(alarm, view))
  const what = text.what(value === null ? alarm : { ...alarm, worst: value })
  return (
    <div
      className={classes.alarm}
      data-level={alarm.level}
      data-acknowledged={alarm.acknowledged !== null || undefined}
      data-testid="alarm"
      data-kind={alarm.kind}
    >
      <LevelIcon size={18} stroke={1.75} aria-label={t.levels[alarm.level]} />
      <span className={classes.text} title={`${text.where(alarm)}: ${what}`}>
        <b>{text.where(alarm)}</b>
        {/* Read when somebody comes to it, not at each caller more. */}
        <span aria-live="off">{what}</span>
      </span>
      <Duration sinceMs={alarm.beganAtMs} />
      {alarm.acknowledged ? (
        <span className={classes.by}>{t.acknowledgedBy(alarm.acknowledged.byName)}</span>
      ) : (
        <Acknowledge alarm={alarm} label={t.acknowledgeOf(`${text.where(alarm)}, ${what}`)} />
      )}
    </div>
  )
}

export function Acknowledge({ alarm, label, onDone }: { alarm: Alarm; label: string; onDone?: () => void }) {
  const t = useWords(words)
  const api = useApi()
  const tell = useTellError()
  const acknowledge = useMutation({
    mutationFn: () => api.acknowledgeAlarm({ params: { id: alarm.id } }),
    onSuccess: () => onDone?.(),
    onError: (error) => tell(t.acknowledgeFailed, error),
  })
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={label}
      loading={acknowledge.isPending}
      onClick={(event) => {
        event.stopPropagation()
        acknowledge.mutate()
      }}
      data-testid="acknowledge"
    >
      {t.acknowledge}
    </Button>
  )
}
