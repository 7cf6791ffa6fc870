import '@mantine/dates/styles.css'
import 'dayjs/locale/ru'
import { DatePickerInput } from '@mantine/dates'
import { useState } from 'react'
import { useLanguage, useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import classes from './HistoryScreen.module.css'
import { type DaySpan, presetSpan } from './history-filter.ts'
import { words } from './words.ts'

/** From which day to which. Give it the span as `key`. */
export function DayRange({ days, onChange }: { days: DaySpan; onChange: (days: DaySpan) => void }) {
  const t = useWords(words).filters
  const language = useLanguage()
  const [picked, setPicked] = useState<[string | null, string | null]>([days.from, days.to])
  const [from, to] = picked
  return (
    <DatePickerInput
      type="range"
      className={classes.days}
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
      data-testid="history-days"
    />
  )
}
