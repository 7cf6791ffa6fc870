import { Button, Checkbox, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { WorkTime } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useWords } from '../../app/i18n.ts'
import { DatedDialog } from '../dated/DatedDialog.tsx'
import { DayField, EverField, type NamedQueues, QueueField } from '../dated/DatedFields.tsx'
import classes from '../record/Record.module.css'
import { isPast, isTaken } from '../record/rule-form.ts'
import { workTimeWords } from './words.ts'
import { hoursOfText, textOfHours } from './work-time-form.ts'

interface WorkTimeDialogProps {
  readonly time: WorkTime
  /** Else queue and day stay: they are what it is known by. */
  readonly isNew: boolean
  /** All there are. */
  readonly times: readonly WorkTime[]
  readonly queues: NamedQueues
  readonly today: number
  readonly onClose: () => void
}

/** The week of a queue, from a day on. */
export function WorkTimeDialog({ time, isNew, times, queues, today, onClose }: WorkTimeDialogProps) {
  const t = useWords(workTimeWords)
  const api = useApi()
  const [queue, setQueue] = useState(time.queue)
  const [fromDay, setFromDay] = useState(time.fromDay)
  const [week, setWeek] = useState(() => time.week.map(textOfHours))
  const [keepsHolidays, setKeepsHolidays] = useState(time.keepsHolidays)
  const taken = isNew && isTaken(times, { queue, fromDay })
  const hours = week.map(hoursOfText)
  const read = hours.flatMap((day) => (day === null ? [] : [day]))
  return (
    <DatedDialog
      id="work-time"
      title={isNew ? t.newTime : t.editTime}
      size={560}
      past={isPast(fromDay, today)}
      recountHint={t.recountHint}
      valid={!taken && read.length === week.length}
      save={(recount) => api.saveWorkTime({ body: { queue, fromDay, week: read, keepsHolidays, recount } })}
      queryKey="workTimes"
      onClose={onClose}
    >
      {(tried) => (
        <>
          <QueueField queue={queue} queues={queues} everyQueue={t.everyQueue} disabled={!isNew} onChange={setQueue} />
          <DayField
            label={t.from}
            day={fromDay}
            disabled={!isNew}
            error={tried && taken ? t.taken : null}
            testId="work-time-from"
            onChange={setFromDay}
          />
          <div className={classes.week}>
            {week.map((text, day) => (
              <TextInput
                // biome-ignore lint/suspicious/noArrayIndexKey: the place is the day of the week
                key={day}
                className={classes.weekday ?? ''}
                size="xs"
                label={t.weekdays[day]}
                placeholder={t.closed}
                value={text}
                onChange={(event) => setWeek(week.with(day, event.currentTarget.value))}
                onBlur={() => {
                  const read = hours[day]
                  if (read) setWeek(week.with(day, textOfHours(read)))
                }}
                error={hours[day] === null && (tried || text.length > 4) ? t.wrongHours : null}
                data-testid={`work-time-day-${day + 1}`}
              />
            ))}
            <p className={classes.muted}>{t.hint}</p>
            <div className={classes.weekTools}>
              <Button
                size="compact-xs"
                variant="default"
                disabled={!hours[0]}
                onClick={() => setWeek(week.map((text, day) => (day < 5 ? (week[0] ?? '') : text)))}
              >
                {t.asMonday}
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => setWeek(week.map(() => textOfHours([{ from: 0, to: 0 }])))}
              >
                {t.roundTheClock}
              </Button>
            </div>
          </div>
          <Checkbox
            className={classes.whole ?? ''}
            label={t.keepsHolidays}
            description={t.keepsHolidaysHint}
            checked={keepsHolidays}
            onChange={(event) => setKeepsHolidays(event.currentTarget.checked)}
          />
          {isNew && <EverField fromDay={fromDay} today={today} testId="work-time-ever" onChange={setFromDay} />}
        </>
      )}
    </DatedDialog>
  )
}
