import '@mantine/dates/styles.css'
import 'dayjs/locale/ru'
import { Button, Checkbox, Modal, Select, TextInput } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Holiday, RouteResult, Routes } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { Failure } from '../ConnectionPage.tsx'
import classes from '../record/Record.module.css'
import { dayOfText, isPast, textOfDay } from '../record/rule-form.ts'
import { workTimeWords } from './words.ts'
import { hoursOfText, textOfHours } from './work-time-form.ts'

interface HolidayDialogProps {
  readonly holiday: Holiday
  /** Else queue and day stay: they are what it is known by. */
  readonly isNew: boolean
  readonly holidays: readonly Holiday[]
  readonly queues: RouteResult<Routes['queueNames']>['queues']
  readonly today: number
  readonly onClose: () => void
}

/** A day that is not as its weekday is. */
export function HolidayDialog({ holiday, isNew, holidays, queues, today, onClose }: HolidayDialogProps) {
  const t = useWords(workTimeWords)
  const language = useLanguage()
  const api = useApi()
  const queries = useQueryClient()
  const [queue, setQueue] = useState(holiday.queue)
  const [day, setDay] = useState(holiday.day)
  const [name, setName] = useState(holiday.name)
  const [text, setText] = useState(() => textOfHours(holiday.hours))
  const [recount, setRecount] = useState(false)
  const [tried, setTried] = useState(false)
  const past = isPast(day, today)
  const taken = isNew && holidays.some((other) => other.queue === queue && other.day === day)
  const hours = hoursOfText(text)
  const save = useMutation({
    mutationFn: () => api.saveHoliday({ body: { queue, day, name: name.trim(), hours: hours ?? [], recount: past && recount } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['workTimes'] })
      notifications.show({ message: t.saved })
      onClose()
    },
  })
  const names = queues.map(({ number, name: label }) => ({
    value: number,
    label: label === number ? label : `${label} · ${number}`,
  }))
  if (queue !== '*' && !queues.some(({ number }) => number === queue)) names.push({ value: queue, label: queue })
  return (
    <Modal opened onClose={onClose} title={t.newHoliday} size={480} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (!taken && hours !== null && (!past || recount)) save.mutate()
        }}
        noValidate
        data-testid="holiday-form"
      >
        <div className={classes.grid}>
          <DatePickerInput
            className={classes.half ?? ''}
            label={t.day}
            locale={language}
            firstDayOfWeek={1}
            weekendDays={[]}
            valueFormat="DD.MM.YYYY"
            disabled={!isNew}
            value={textOfDay(day)}
            onChange={(value) => value !== null && setDay(dayOfText(value))}
            error={tried && taken ? t.taken : null}
            data-testid="holiday-day"
          />
          <TextInput
            className={classes.half ?? ''}
            label={t.name}
            placeholder={t.namePlaceholder}
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            className={classes.whole ?? ''}
            label={t.queue}
            allowDeselect={false}
            disabled={!isNew}
            data={[{ value: '*', label: t.everyQueueOnHoliday }, ...names]}
            value={queue}
            onChange={(value) => value !== null && setQueue(value)}
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
          {past && (
            <Checkbox
              className={classes.whole ?? ''}
              label={t.recount}
              description={t.recountHint}
              checked={recount}
              error={tried && !recount ? t.recountNeeded : null}
              onChange={(event) => setRecount(event.currentTarget.checked)}
              data-testid="holiday-recount"
            />
          )}
        </div>
        {save.error && <Failure error={save.error} />}
        <div className={classes.dialogActions}>
          <Button type="submit" loading={save.isPending}>
            {t.save}
          </Button>
          <Button variant="subtle" ml="auto" onClick={onClose}>
            {t.cancel}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
