import '@mantine/dates/styles.css'
import 'dayjs/locale/ru'
import { Select } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { useState } from 'react'
import { useLanguage, useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import { type DayPeriod, type DaySpan, dayPresets, presetSpan } from './day-period.ts'
import { words } from './words.ts'

interface PeriodFilterProps {
  readonly period: DayPeriod
  readonly onChange: (period: DayPeriod) => void
  /** Of the list of periods; of the calendar with `-days`. */
  readonly testId: string
}

/** Days to narrow a list to: a preset's, or chosen ones. Not in the index: who needs no calendar does not load one. */
export function PeriodFilter({ period, onChange, testId }: PeriodFilterProps) {
  const t = useWords(words).period
  const preset = dayPresets.find((one) => one === period) ?? 'days'
  return (
    <>
      <Select
        size="xs"
        aria-label={t.label}
        allowDeselect={false}
        data={([...dayPresets, 'days'] as const).map((value) => ({ value, label: t.names[value] }))}
        value={preset}
        onChange={(value) =>
          onChange(dayPresets.find((one) => one === value) ?? (preset === 'days' ? period : presetSpan(preset, serverNow())))
        }
        data-testid={testId}
      />
      {typeof period !== 'string' && (
        <DayRange key={`${period.from} ${period.to}`} days={period} onChange={onChange} testId={`${testId}-days`} />
      )}
    </>
  )
}

/** From which day to which. */
function DayRange({ days, onChange, testId }: { days: DaySpan; onChange: (days: DaySpan) => void; testId: string }) {
  const t = useWords(words).period
  const language = useLanguage()
  const [picked, setPicked] = useState<[string | null, string | null]>([days.from, days.to])
  const [from, to] = picked
  return (
    <DatePickerInput
      type="range"
      style={{ flexBasis: 190, maxWidth: 200 }}
      size="xs"
      aria-label={t.days}
      locale={language}
      firstDayOfWeek={1}
      // Red days would say «alarm» here.
      weekendDays={[]}
      valueFormat="DD.MM.YYYY"
      maxDate={presetSpan('today', serverNow()).to}
      allowSingleDateInRange
      value={picked}
      onChange={([start, end]) => {
        setPicked([start, end])
        if (start !== null && end !== null) onChange({ from: start, to: end })
      }}
      popoverProps={{
        position: 'bottom-start',
        // One day was chosen and no other: that day.
        onClose: () => from !== null && to === null && onChange({ from, to: from }),
      }}
      data-testid={testId}
    />
  )
}
