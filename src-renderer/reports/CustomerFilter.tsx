import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { customerLabel } from './customer-label.ts'
import { reportWords } from './report-words.ts'

/** One customer of many: found by part of the name or number. */
export function CustomerFilter({ value, onChange }: { value: string | null; onChange: (id: string | null) => void }) {
  const t = useWords(reportWords)
  const api = useApi()
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), 250)
  const chosen = useQuery({
    queryKey: ['customer', value],
    queryFn: () => api.customer({ params: { id: value ?? '' } }),
    enabled: value !== null,
    staleTime: 300_000,
  })
  const label = customerLabel({ name: chosen.data?.customer.name, error: chosen.error }, t.customerGone)
  const found = useQuery({
    queryKey: ['customers', search],
    queryFn: () => api.searchCustomers({ query: { search, limit: 20 } }),
    placeholderData: keepPreviousData,
  })
  const options = (found.data?.customers ?? []).map((customer) => ({ value: customer.id, label: customer.name }))
  const data = value === null || options.some((option) => option.value === value) ? options : [{ value, label }, ...options]
  return (
    <Select
      size="xs"
      w={144}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      aria-label={t.customer}
      placeholder={t.anyCustomer}
      nothingFoundMessage={t.noCustomers}
      clearable
      searchable
      // The server has looked already, by number too.
      filter={({ options: all }) => all}
      data={data}
      value={value}
      onSearchChange={(text) => setTyped(text === label ? '' : text)}
      onChange={onChange}
      data-testid="report-customer"
    />
  )
}
