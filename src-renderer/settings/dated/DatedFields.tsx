import '@mantine/dates/styles.css'
import 'dayjs/locale/ru'
import { Checkbox, Select } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import type { RouteResult, Routes } from '../../../server/contract/index.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import classes from '../record/Record.module.css'
import { dayOfText, textOfDay } from '../record/rule-form.ts'
import { datedWords } from './dated-words.ts'

export type NamedQueues = RouteResult<Routes['queueNames']>['queues']

interface QueueFieldProps {
  readonly wide?: boolean
  /** A number, or `*`. */
  readonly queue: string
  readonly queues: NamedQueues
  readonly everyQueue: string
  readonly disabled: boolean
  readonly onChange: (queue: string) => void
}

export function QueueField({ wide = false, queue, queues, everyQueue, disabled, onChange }: QueueFieldProps) {
  const t = useWords(datedWords)
  const data = queues.map(({ number, name }) => ({ value: number, label: name === number ? name : `${name} · ${number}` }))
  if (queue !== '*' && !queues.some(({ number }) => number === queue)) data.push({ value: queue, label: queue })
  return (
    <Select
      className={(wide ? classes.whole : classes.half) ?? ''}
      label={t.queue}
      allowDeselect={false}
      disabled={disabled}
      data={[...data, { value: '*', label: everyQueue }]}
      value={queue}
      onChange={(value) => value !== null && onChange(value)}
    />
  )
}

interface DayFieldProps {
  readonly label: string
  /** Null: always. */
  readonly day: number | null
  readonly disabled: boolean
  readonly error: string | null
  readonly testId: string
  readonly onChange: (day: number) => void
}

export function DayField({ label, day, disabled, error, testId, onChange }: DayFieldProps) {
  const t = useWords(datedWords)
  const language = useLanguage()
  return (
    <DatePickerInput
      className={classes.half ?? ''}
      label={label}
      locale={language}
      firstDayOfWeek={1}
      weekendDays={[]}
      valueFormat="DD.MM.YYYY"
      disabled={disabled || day === null}
      placeholder={t.always}
      value={day === null ? null : textOfDay(day)}
      onChange={(value) => value !== null && onChange(dayOfText(value))}
      error={error}
      data-testid={testId}
    />
  )
}

interface EverFieldProps {
  readonly fromDay: number | null
  readonly today: number
  readonly testId: string
  readonly onChange: (fromDay: number | null) => void
}

/** Valid from the beginning, or from a day that is chosen. */
export function EverField({ fromDay, today, testId, onChange }: EverFieldProps) {
  const t = useWords(datedWords)
  return (
    <Checkbox
      className={classes.whole ?? ''}
      label={t.fromBeginning}
      checked={fromDay === null}
      onChange={(event) => onChange(event.currentTarget.checked ? null : today)}
      data-testid={testId}
    />
  )
}
