import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import type { Customer } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { CandidateButton } from './CandidateButton.tsx'
import classes from './customer.module.css'
import { words } from './words.ts'

interface CustomerPickerProps {
  readonly exceptId: string | null
  /** What the search begins with. */
  readonly first?: string
  readonly onPick: (customer: Customer) => void
}

/** Finds a customer by name or number; one press picks. */
export function CustomerPicker({ exceptId, first = '', onPick }: CustomerPickerProps) {
  const t = useWords(words)
  const api = useApi()
  const [text, setText] = useState(first)
  const search = useDeferredValue(text.trim())
  const { data } = useQuery({
    queryKey: ['customers', search],
    queryFn: () => api.searchCustomers({ query: { search, limit: 8 } }),
    enabled: search !== '',
    placeholderData: (before) => before,
  })
  const found = search === '' ? [] : (data?.customers ?? []).filter(({ id }) => id !== exceptId)
  return (
    <div className={classes.picker}>
      <TextInput
        autoFocus
        size="xs"
        aria-label={t.find}
        placeholder={t.search}
        value={text}
        maxLength={100}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="customer-search"
      />
      {search !== '' && data && found.length === 0 && <div className={classes.hint}>{t.nothingFound}</div>}
      {found.map((customer) => (
        <CandidateButton key={customer.id} customer={customer} onPick={onPick} />
      ))}
    </div>
  )
}
