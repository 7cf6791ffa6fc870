import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { CallOutcome } from '../../server/contract/index.ts'
import { reportNames } from '../../server/contract/report-names.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { FilterSelect } from '../ui/index.ts'
import { callOutcomes } from './CallRowsTable.tsx'
import classes from './CallsTable.module.css'
import { words } from './words.ts'

export function CallSearch({ value, onChange }: { value: string; onChange: (search: string) => void }) {
  const t = useWords(words)
  return (
    <TextInput
      size="xs"
      className={classes.search ?? ''}
      type="search"
      aria-label={t.search}
      placeholder={t.search}
      maxLength={100}
      leftSection={<IconSearch size={16} stroke={1.5} />}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-testid="calls-search"
    />
  )
}

export function OutcomeSelect({
  value,
  onChange,
}: {
  value: CallOutcome | null
  onChange: (outcome: CallOutcome | null) => void
}) {
  const t = useWords(words)
  const { outcomes } = reportNames[useLanguage()]
  return (
    <FilterSelect
      label={t.outcome}
      all={t.allOutcomes}
      width={150}
      options={callOutcomes.map((outcome) => ({ value: outcome, label: outcomes[outcome] ?? outcome }))}
      value={value}
      onChange={onChange}
      testId="calls-outcome"
    />
  )
}
