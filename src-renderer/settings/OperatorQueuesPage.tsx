import { MultiSelect, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
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
/** While the PBX has told none. */
const askAgainMs = 5_000
/** What there is to say stands under the field. */
const order: ('input' | 'description' | 'error')[] = ['input', 'description', 'error']

/** Which queues each operator may work in. A choice is kept as it is made. */
export function OperatorQueuesPage() {
  const all = useWords(words)
  const t = all.operatorQueues
  const api = useApi()
  const rights = useQuery({
    queryKey: ['operatorQueues'],
    queryFn: () => api.operatorQueues(),
    refetchInterval: ({ state }) => state.data?.queues.length === 0 && askAgainMs,
  })
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
  // Until the server has the last of several picks.
  const [picked, setPicked] = useState<{ readonly queues: string[] | null } | null>(null)
  const save = useMutation({
    // One after another, as they were made.
    scope: { id: `operatorQueues ${operator.id}` },
    mutationFn: ({ queues }: { queues: string[] | null }) =>
      api.setOperatorQueues({ params: { id: operator.id }, body: { queues } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['operatorQueues'] })
      notifications.show({ id: 'operatorQueues', message: all.saved })
    },
    onSettled: (_, __, saved) => setPicked((now) => (now === saved ? null : now)),
  })
  const pick = (chosen: string[] | null) => {
    const next = { queues: chosen }
    setPicked(next)
    save.mutate(next)
  }
  const problem = useErrorWords(save.error)
  const { fixedQueues } = operator
  const { queues: own } = picked ?? operator
  const wrong = save.error ? problem.title : null
  // Where it was asked for; a limit that was refused has no list to stand at.
  const atList = own !== null && save.variables?.queues !== null
  const nameOf = (number: string) => queues.find((queue) => queue.number === number)?.name ?? number
  const offered = [...new Set([...queues.map(({ number }) => number), ...(own ?? [])])].sort()
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: 8, padding: '6px 0' }}>
      <Select
        size="xs"
        w={190}
        aria-label={`${t.may}: ${operator.name}`}
        allowDeselect={false}
        data={[
          { value: 'all', label: t.all },
          // Limited to nothing, an operator would be taken out of every queue.
          { value: 'some', label: t.some, disabled: queues.length === 0 },
        ]}
        description={queues.length === 0 && own === null ? t.noQueues : null}
        inputWrapperOrder={order}
        value={own === null ? 'all' : 'some'}
        // Whoever is limited begins with nothing lost: with the queues that are there.
        onChange={(value) => pick(value === 'all' ? null : queues.map(({ number }) => number))}
        error={atList ? null : wrong}
        data-testid={`queues-of-${operator.name}`}
      />
      {own !== null && (
        <MultiSelect
          size="xs"
          style={{ flex: 1, minWidth: 240 }}
          aria-label={`${t.queues}: ${operator.name}`}
          placeholder={own.length === 0 ? t.none : ''}
          description={fixedQueues.length > 0 ? t.fixed(fixedQueues.map(nameOf).join(', ')) : null}
          inputWrapperOrder={order}
          error={atList ? wrong : null}
          data={offered.map((number) => ({ value: number, label: nameOf(number) }))}
          value={offered.filter((number) => own.includes(number))}
          onChange={pick}
        />
      )}
    </div>
  )
}
