import '@mantine/dates/styles.css'
import 'dayjs/locale/ru'
import { Button, Checkbox, Modal, Select, TextInput } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { RouteResult, Routes, WorkTime } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { Failure } from '../ConnectionPage.tsx'
import classes from '../record/Record.module.css'
import { dayOfText, isPast, isTaken, textOfDay } from '../record/rule-form.ts'
import { workTimeWords } from './words.ts'
import { hoursOfText, textOfHours } from './work-time-form.ts'

interface WorkTimeDialogProps {
  readonly time: WorkTime
  /** Else queue and day stay: they are what it is known by. */
  readonly isNew: boolean
  /** All there are. */
  readonly times: readonly WorkTime[]
  readonly queues: RouteResult<Routes['queueNames']>['queues']
  readonly today: number
  readonly onClose: () => void
}

/** The week of a queue, from a day on. */
export function WorkTimeDialog({ time, isNew, times, queues, today, onClose }: WorkTimeDialogProps) {
  const t = useWords(workTimeWords)
  const language = useLanguage()
  const api = useApi()
  const queries = useQueryClient()
  const [queue, setQueue] = useState(time.queue)
  const [fromDay, setFromDay] = useState(time.fromDay)
  const [week, setWeek] = useState(() => time.week.map(textOfHours))
  const [keepsHolidays, setKeepsHolidays] = useState(time.keepsHolidays)
  const [recount, setRecount] = useState(false)
  const [tried, setTried] = useState(false)
  const past = isPast(fromDay, today)
  const taken = isNew && isTaken(times, { queue, fromDay })
  const hours = week.map(hoursOfText)
  const read = hours.flatMap((day) => (day === null ? [] : [day]))
  const save = useMutation({
    mutationFn: () => api.saveWorkTime({ body: { queue, fromDay, week: read, keepsHolidays, recount: past && recount } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['workTimes'] })
      notifications.show({ message: t.saved })
      onClose()
    },
  })
  const names = queues.map(({ number, name }) => ({ value: number, label: name === number ? name : `${name} · ${number}` }))
  if (queue !== '*' && !queues.some(({ number }) => number === queue)) names.push({ value: queue, label: queue })
  return (
    <Modal opened onClose={onClose} title={isNew ? t.newTime : t.editTime} size={560} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (!taken && read.length === week.length && (!past || recount)) save.mutate()
        }}
        noValidate
        data-testid="work-time-form"
      >
        <div className={classes.grid}>
          <Select
            className={classes.half ?? ''}
            label={t.queue}
            allowDeselect={false}
            disabled={!isNew}
            data={[...names, { value: '*', label: t.everyQueue }]}
            value={queue}
            onChange={(value) => value !== null && setQueue(value)}
          />
          <DatePickerInput
            className={classes.half ?? ''}
            label={t.from}
            locale={language}
            firstDayOfWeek={1}
            weekendDays={[]}
            valueFormat="DD.MM.YYYY"
            disabled={!isNew || fromDay === null}
            placeholder={t.always}
            value={fromDay === null ? null : textOfDay(fromDay)}
            onChange={(value) => value !== null && setFromDay(dayOfText(value))}
            error={tried && taken ? t.taken : null}
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
          {isNew && (
            <Checkbox
              className={classes.whole ?? ''}
              label={t.fromBeginning}
              checked={fromDay === null}
              onChange={(event) => setFromDay(event.currentTarget.checked ? null : today)}
              data-testid="work-time-ever"
            />
          )}
          {past && (
            <Checkbox
              className={classes.whole ?? ''}
              label={t.recount}
              description={t.recountHint}
              checked={recount}
              error={tried && !recount ? t.recountNeeded : null}
              onChange={(event) => setRecount(event.currentTarget.checked)}
              data-testid="work-time-recount"
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
