import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords } from '../app/i18n.ts'
import { useLive } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { useDictionaries } from '../card/use-dictionaries.ts'
import { PeriodFilter } from '../ui/PeriodFilter.tsx'
import classes from './HistoryScreen.module.css'
import type { HistoryView } from './history-filter.ts'
import { words } from './words.ts'

const directions = ['external', 'inbound', 'outbound', 'internal'] as const
const outcomes = ['answered', 'missed', 'notReached', 'rated'] as const
const searchDelayMs = 250

/** What to show of the history. */
export function HistoryFilters({ view, onChange }: { view: HistoryView; onChange: (view: HistoryView) => void }) {
  const t = useWords(words)
  const f = t.filters
  const user = useUser()
  const queues = useLive((state) => state.view?.queues)
  const operators = useLive((state) => state.view?.operators)
  const { categories } = useDictionaries()
  const { period, filter } = view
  const [search, setSearch] = useState(filter.search ?? '')
  const set = (change: HistoryView['filter']) => onChange({ ...view, filter: { ...filter, ...change } })
  const ask = useDebouncedCallback((text: string) => set({ search: text.trim() === '' ? undefined : text.trim() }), searchDelayMs)
  const clean = period === 'all' && Object.values(filter).every((value) => value === undefined)
  const common = { size: 'xs', clearable: true, comboboxProps: { width: 'max-content', position: 'bottom-start' } } as const
  return (
    <search className={classes.filters} data-testid="history-filters">
      <TextInput
        size="xs"
        leftSection={<IconSearch size={14} stroke={1.5} />}
        placeholder={f.search}
        aria-label={f.search}
        value={search}
        maxLength={100}
        onChange={(event) => {
          setSearch(event.currentTarget.value)
          ask(event.currentTarget.value)
        }}
        className={classes.search}
        data-testid="history-search"
      />
      <PeriodFilter period={period} onChange={(next) => onChange({ ...view, period: next })} testId="history-period" />
      <Select
        {...common}
        aria-label={f.direction}
        placeholder={f.anyDirection}
        data={directions.map((value) => ({ value, label: value === 'external' ? f.external : t.directions[value] }))}
        value={filter.direction ?? null}
        onChange={(value) => set({ direction: directions.find((one) => one === value) })}
        data-testid="history-direction"
      />
      <Select
        {...common}
        aria-label={f.outcome}
        placeholder={f.anyOutcome}
        data={outcomes.map((value) => ({ value, label: f.outcomes[value] }))}
        value={filter.outcome ?? null}
        onChange={(value) => set({ outcome: outcomes.find((one) => one === value) })}
        data-testid="history-outcome"
      />
      <Select
        {...common}
        aria-label={f.queue}
        placeholder={f.anyQueue}
        data={(queues ?? []).map(({ number, name }) => ({ value: number, label: name }))}
        value={filter.queue ?? null}
        onChange={(value) => set({ queue: value ?? undefined })}
        data-testid="history-queue"
      />
      <Select
        {...common}
        aria-label={f.category}
        placeholder={f.anyCategory}
        searchable
        data={categories.options}
        value={filter.categoryId ?? null}
        onChange={(value) => set({ categoryId: value ?? undefined })}
        data-testid="history-category"
      />
      {user.role !== 'operator' && (
        <Select
          {...common}
          aria-label={f.operator}
          placeholder={f.anyOperator}
          searchable
          data={(operators ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={filter.operatorId ?? null}
          onChange={(value) => set({ operatorId: value ?? undefined })}
        />
      )}
      {!clean && (
        <Button
          size="xs"
          variant="subtle"
          onClick={() => {
            // What was typed a moment ago is not to come back.
            ask.cancel()
            setSearch('')
            onChange({ period: 'all', filter: {}, cardId: view.cardId })
          }}
          data-testid="history-clear"
        >
          {f.clear}
        </Button>
      )}
    </search>
  )
}
