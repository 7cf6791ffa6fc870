import '@mantine/dates/styles.css'
import { Button, MultiSelect, Popover, Select, Switch } from '@mantine/core'
import 'dayjs/locale/ru'
import { DatePicker } from '@mantine/dates'
import { IconCalendar } from '@tabler/icons-react'
import { useState } from 'react'
import type { Days, FilterName, ReportDefinition } from '../../server/contract/index.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { useDictionaries } from '../card/use-dictionaries.ts'
import { CustomerFilter } from './CustomerFilter.tsx'
import { daysText, dayText } from './group-text.ts'
import classes from './ReportsScreen.module.css'
import { daysOf, firstView, presets, type ReportView } from './report-view.ts'
import { reportWords } from './report-words.ts'
import type { Definitions } from './use-report.ts'

interface ReportFiltersProps {
  readonly view: ReportView
  readonly report: ReportDefinition
  readonly groupBy: string
  readonly definitions: Definitions
  readonly onChange: (view: ReportView) => void
}

const directions = ['inbound', 'outbound', 'internal'] as const

/** Which days, rows and calls a report is of. */
export function ReportFilters({ view, report, groupBy, definitions, onChange }: ReportFiltersProps) {
  const t = useWords(reportWords)
  const { categories } = useDictionaries()
  const set = (change: Partial<ReportView>) => onChange({ ...view, ...change })
  const { queues, operators, direction, categoryId, customerId } = view
  const clean = queues.length + operators.length === 0 && direction === null && categoryId === null && customerId === null
  const has = (filter: FilterName) => report.filters.includes(filter)
  const menu = { comboboxProps: { width: 'max-content', position: 'bottom-start' } } as const
  return (
    <search className={classes.filters} data-testid="report-filters">
      <PeriodSelect view={view} today={definitions.today} onChange={set} />
      <Select
        size="xs"
        w={152}
        {...menu}
        aria-label={t.by}
        allowDeselect={false}
        data={report.groupings.map((value) => ({ value, label: t.groupings[value] }))}
        value={groupBy}
        onChange={(value) => set({ groupBy: report.groupings.find((one) => one === value) ?? null })}
        data-testid="report-group"
      />
      {has('queues') && (
        <Several
          label={t.allQueues}
          data={definitions.queues.map(({ number, name }) => ({ value: number, label: name }))}
          value={queues}
          onChange={(chosen) => set({ queues: chosen })}
        />
      )}
      {has('operators') && (
        <Several
          label={t.allOperators}
          data={definitions.operators.map(({ extension, name }) => ({ value: extension, label: name }))}
          value={operators}
          onChange={(chosen) => set({ operators: chosen })}
        />
      )}
      {has('direction') && (
        <Select
          size="xs"
          w={144}
          {...menu}
          clearable
          aria-label={t.direction}
          placeholder={t.anyDirection}
          data={directions.map((value) => ({ value, label: t.directions[value] }))}
          value={direction}
          onChange={(value) => set({ direction: directions.find((one) => one === value) ?? null })}
        />
      )}
      {has('category') && (
        <Select
          size="xs"
          w={144}
          {...menu}
          clearable
          searchable
          aria-label={t.category}
          placeholder={t.anyCategory}
          data={categories.options}
          value={categoryId}
          onChange={(value) => set({ categoryId: value })}
        />
      )}
      {has('customer') && <CustomerFilter value={customerId} onChange={(value) => set({ customerId: value })} />}
      <Switch
        size="xs"
        label={t.compare}
        checked={view.compare}
        onChange={(event) => set({ compare: event.currentTarget.checked })}
        data-testid="report-compare"
      />
      {!clean && (
        <Button
          size="xs"
          variant="subtle"
          onClick={() => set({ queues: [], operators: [], direction: null, categoryId: null, customerId: null })}
          data-testid="report-clear"
        >
          {t.clear}
        </Button>
      )}
    </search>
  )
}

interface SeveralProps {
  readonly label: string
  readonly data: { value: string; label: string }[]
  readonly value: readonly string[]
  readonly onChange: (value: string[]) => void
}

/** Several of a list in the room of one: the names are in the menu, here stands how many. */
export function Several({ label, data, value, onChange }: SeveralProps) {
  const t = useWords(reportWords)
  const one = value.length === 1 ? data.find((entry) => entry.value === value[0])?.label : undefined
  return (
    <MultiSelect
      size="xs"
      w={144}
      classNames={{ pill: classes.hiddenPill ?? '' }}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      aria-label={label}
      placeholder={value.length === 0 ? label : (one ?? t.chosen(value.length))}
      searchable
      clearable
      data={data}
      value={[...value]}
      onChange={onChange}
    />
  )
}

const custom = 'custom'
const isoOf = (day: number): string => String(day).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
const dayOfIso = (text: string): number => Number(text.slice(0, 10).replaceAll('-', ''))

interface Choice {
  readonly value: string
  readonly label: string
}

export function PeriodSelect({
  view,
  today,
  onChange,
}: {
  view: Pick<ReportView, 'period'>
  today: number
  onChange: (change: Pick<ReportView, 'period'>) => void
}) {
  const t = useWords(reportWords)
  const language = useLanguage()
  const [opened, setOpened] = useState(false)
  const days: Days = daysOf(view.period, today)
  const [range, setRange] = useState<[string | null, string | null]>([null, null])
  const isCustom = typeof view.period !== 'string'
  const choose = (next: [string | null, string | null]) => {
    setRange(next)
    const [from, to] = next
    if (from === null || to === null) return
    onChange({ period: { fromDay: dayOfIso(from), toDay: dayOfIso(to) } })
    setOpened(false)
  }
  const open = () => {
    setRange([isoOf(days.fromDay), isoOf(days.toDay)])
    setOpened(true)
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus withinPortal>
      <Popover.Target>
        <Select
          size="xs"
          w={isCustom ? 210 : 144}
          aria-label={t.period}
          leftSection={<IconCalendar size={14} stroke={1.5} />}
          comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
          allowDeselect={false}
          data={[
            ...presets.map((value): Choice => ({ value, label: t.presets[value] })),
            ...(isCustom ? [{ value: 'chosen', label: daysText(days, language) }] : []),
            { value: custom, label: t.custom },
          ]}
          value={isCustom ? 'chosen' : String(view.period)}
          onChange={(value) => {
            if (value === custom) open()
            else if (value !== 'chosen') onChange({ period: presets.find((one) => one === value) ?? firstView.period })
          }}
          title={
            dayText(days.fromDay, language) === dayText(days.toDay, language)
              ? dayText(days.fromDay, language)
              : daysText(days, language)
          }
          data-testid="report-period"
        />
      </Popover.Target>
      <Popover.Dropdown aria-label={t.customLabel}>
        <DatePicker
          type="range"
          locale={language}
          firstDayOfWeek={1}
          // Red days would say «alarm» here.
          weekendDays={[]}
          allowSingleDateInRange
          value={range}
          onChange={choose}
          defaultDate={isoOf(days.fromDay)}
          maxDate={isoOf(today)}
          data-testid="report-days"
        />
      </Popover.Dropdown>
    </Popover>
  )
}
