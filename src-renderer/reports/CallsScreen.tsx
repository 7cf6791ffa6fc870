import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '../app/i18n.ts'
import { PageHeader } from '../ui/index.ts'
import { CallsTable } from './CallsTable.tsx'
import type { PeriodName } from './period.ts'
import { useCalls } from './use-calls.ts'
import { words } from './words.ts'

/** Every call of a few days, to look up and to take out. */
export function CallsScreen() {
  const t = useWords(words)
  const [name, setName] = useState<PeriodName>('today')
  const { period, calls, total, error, retry } = useCalls(name)
  const note = calls && (total > calls.length ? t.shownOf(calls.length, total) : t.count(total))
  return (
    <>
      <PageHeader title={t.title} note={note}>
        <SegmentedControl
          size="xs"
          aria-label={t.period}
          data={[
            { value: 'today', label: t.today },
            { value: 'yesterday', label: t.yesterday },
            { value: 'week', label: t.week },
          ]}
          value={name}
          onChange={setName}
        />
      </PageHeader>
      <CallsTable period={period} calls={calls} error={error} onRetry={retry} />
    </>
  )
}
