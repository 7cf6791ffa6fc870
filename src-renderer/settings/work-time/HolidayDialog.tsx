import { TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Holiday } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useWords } from '../../app/i18n.ts'
import { DatedDialog } from '../dated/DatedDialog.tsx'
import { DayField, type NamedQueues, QueueField } from '../dated/DatedFields.tsx'
import classes from '../record/Record.module.css'
import { isPast } from '../record/rule-form.ts'
import { workTimeWords } from './words.ts'
import { hoursOfText, textOfHours } from './work-time-form.ts'

interface HolidayDialogProps {
  readonly holiday: Holiday
  /** Else queue and day stay: they are what it is known by. */
  readonly isNew: boolean
  readonly holidays: readonly Holiday[]
  readonly queues: NamedQueues
  readonly today: number
  readonly onClose: () => void
}

/** A day that is not as its weekday is. */
export function HolidayDialog({ holiday, isNew, holidays, queues, today, onClose }: HolidayDialogProps) {
  const t = useWords(workTimeWords)
  const api = useApi()
  const [queue, setQueue] = useState(holiday.queue)
  const [day, setDay] = useState(holiday.day)
  const [name, setName] = useState(holiday.name)
  const [text, setText] = useState(() => textOfHours(holiday.hours))
  const taken = isNew && holidays.some((other) => other.queue === queue && other.day === day)
  const hours = hoursOfText(text)
  return (
    <DatedDialog
      id="holiday"
      title={t.newHoliday}
      size={480}
      past={isPast(day, today)}
      recountHint={t.recountHint}
      valid={!taken && hours !== null}
      save={(recount) => api.saveHoliday({ body: { queue, day, name: name.trim(), hours: hours ?? [], recount } })}
      queryKey="workTimes"
      onClose={onClose}
    >
      {(tried) => (
        <>
          <DayField
            label={t.day}
            day={day}
            disabled={!isNew}
            error={tried && taken ? t.taken : null}
            testId="holiday-day"
            onChange={setDay}
          />
          <TextInput
            className={classes.half ?? ''}
            label={t.name}
            placeholder={t.namePlaceholder}
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <QueueField
            wide
            queue={queue}
            queues={queues}
            everyQueue={t.everyQueueOnHoliday}
            disabled={!isNew}
            onChange={setQueue}
          />
          <TextInput
            className={classes.whole ?? ''}
            label={t.hours}
            placeholder={t.closed}
            description={t.holidayHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onBlur={() => hours !== null && setText(textOfHours(hours))}
            error={hours === null && (tried || text.length > 4) ? t.wrongHours : null}
          />
        </>
      )}
    </DatedDialog>
  )
}
