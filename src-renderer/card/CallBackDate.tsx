import '@mantine/dates/styles.css'
import 'dayjs/locale/ru'
import { DateTimePicker } from '@mantine/dates'
import { useLanguage, useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import { fromPickerValue, toPickerValue } from './call-back-time.ts'
import { words } from './words.ts'

/** Apart from the form: see `CallBackField`. */
export function CallBackDate({ atMs, onAt }: { atMs: number; onAt: (value: number) => void }) {
  const t = useWords(words)
  const language = useLanguage()
  return (
    <DateTimePicker
      aria-label={t.pickDate}
      size="sm"
      locale={language}
      // Red days would say «alarm» here.
      weekendDays={[]}
      valueFormat="DD.MM.YYYY HH:mm"
      minDate={toPickerValue(serverNow()).slice(0, 10)}
      value={toPickerValue(atMs)}
      onChange={(value) => onAt(fromPickerValue(value) ?? atMs)}
      data-testid="card-field-callBackAtMs"
    />
  )
}
