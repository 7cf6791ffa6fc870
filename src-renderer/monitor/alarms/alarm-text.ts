import { type Alarm, type AlarmKind, alarmKinds } from '../../../server/contract/index.ts'
import { type Format, formatDuration, useFormat } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { words } from './words.ts'

/** A value or limit of a kind, for reading. */
export function alarmValue(kind: AlarmKind, value: number, format: Pick<Format, 'number' | 'percent'>): string {
  const { unit } = alarmKinds[kind]
  return unit === 'ms' ? formatDuration(value) : unit === 'share' ? format.percent(value) : format.number(value)
}

/** What is wrong and where. */
export function useAlarmText(): { what: (alarm: Alarm) => string; where: (alarm: Alarm) => string } {
  const t = useWords(words)
  const format = useFormat()
  return {
    what: ({ kind, worst, limit }) => t.texts[kind](alarmValue(kind, worst, format), alarmValue(kind, limit, format)),
    where: ({ operator, queue }) => [operator?.name, queue?.name].filter((name) => name !== undefined).join(' · ') || t.allQueues,
  }
}
