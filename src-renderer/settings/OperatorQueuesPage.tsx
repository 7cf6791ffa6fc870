import { MultiSelect, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { RouteResult, Routes } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { type Column, DataTable, EmptyState, useErrorWords } from '../ui/index.ts'
import classes from './Settings.module.css'
import { words } from './words.ts'

type Rights = RouteResult<Routes['operatorQueues']>
type Operator = Rights['operators'][number]
type Queues = Rights['queues']

const noQueues: Queues = []

/** Which queues each operator may work in. A choice is kept as it is made. */
export function OperatorQueuesPage() {
  const all = useWords(words)
  const t = all.operatorQueues
  const api = useApi()
  const rights = useQuery({ queryKey: ['operatorQueues'], queryFn: () => api.operatorQueues() })
  const queues = rights.data?.queues ?? noQueues
  const columns = useMemo<Column<Operator>[]>(
    () => [
      { id: 'name', title: t.operator, width: '220px', sortValue: ({ name }) => name, render: ({ name }) => name },
      { id: 'may', title: t.may, render: (operator) => <OperatorQueuesField operator={operator} queues={queues} /> },
    ],
    [t, queues],
  )
  return (
    <>
      <p className={classes.note}>{t.note}</p>
      <div className={classes.table} style={{ maxWidth: 900 }}>
        <DataTable
          label={all.pages.operatorQueues}
          columns={columns}
          rows={rights.data?.operators}
          rowKey={({ id }) => id}
          error={rights.error}
          onRetry={rights.refetch}
          empty={<EmptyState title={t.empty} hint={t.emptyHint} />}
        />
      </div>
    </>
  )
}

function OperatorQueuesField({ operator, queues }: { operator: Operator; queues: Queues }) {
  const all = useWords(words)
  const t = all.operatorQueues
  const api = useApi()
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: (chosen: string[] | null) => api.setOperatorQueues({ params: { id: operator.id }, body: { queues: chosen } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['operatorQueues'] })
      notifications.show({ message: all.saved })
    },
  })
  const problem = useErrorWords(save.error)
  const { fixedQueues } = operator
  const nameOf = (number: string) => queues.find((queue) => queue.number === number)?.name ?? number
  const offered = [...new Set([...queues.map(({ number }) => number), ...(operator.queues ?? [])])]
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: 8, padding: '6px 0' }}>
      <Select
        size="xs"
        w={190}
        aria-label={`${t.may}: ${operator.name}`}
        allowDeselect={false}
        disabled={save.isPending}
        data={[
          { value: 'all', label: t.all },
          { value: 'some', label: t.some },
        ]}
        value={operator.queues === null ? 'all' : 'some'}
        // Whoever is limited begins with nothing lost: with the queues that are there.
        onChange={(value) => save.mutate(value === 'all' ? null : queues.map(({ number }) => number))}
        error={save.error ? problem.title : null}
        data-testid={`queues-of-${operator.name}`}
      />
      {operator.queues !== null && (
        <MultiSelect
          size="xs"
          style={{ flex: 1, minWidth: 240 }}
          aria-label={`${t.queues}: ${operator.name}`}
          placeholder={operator.queues.length === 0 ? t.none : ''}
          description={fixedQueues.length > 0 ? t.fixed(fixedQueues.map(nameOf).join(', ')) : null}
          inputWrapperOrder={['input', 'description']}
          disabled={save.isPending}
          data={offered.map((number) => ({ value: number, label: nameOf(number) }))}
          value={operator.queues}
          onChange={(chosen) => save.mutate(chosen)}
        />
      )}
    </div>
  )
}
