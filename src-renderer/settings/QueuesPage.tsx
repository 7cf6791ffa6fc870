import { Switch, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { RouteResult, Routes } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { useNameWithServer } from '../app/live/servers.ts'
import { type Column, DataTable, EmptyState, ToneBadge, useErrorWords } from '../ui/index.ts'
import classes from './Settings.module.css'
import { words } from './words.ts'

type Queue = RouteResult<Routes['queueNames']>['queues'][number]

/** Human names for the queues' numbers. A name is kept when the field is left. */
export function QueuesPage() {
  const all = useWords(words)
  const t = all.queues
  const api = useApi()
  const named = useNameWithServer()
  const queues = useQuery({ queryKey: ['queueNames'], queryFn: () => api.queueNames() })
  const columns = useMemo<Column<Queue>[]>(
    () => [
      {
        id: 'number',
        title: t.number,
        width: '180px',
        sortValue: (queue) => queue.number,
        render: (queue) => named(queue.number),
      },
      { id: 'name', title: t.name, render: (queue) => <QueueNameField queue={queue} /> },
      {
        id: 'recording',
        title: t.recording,
        width: '220px',
        sortValue: (queue) => Number(queue.recordingForced),
        render: ({ number, recordingForced }) => (
          <QueueSwitch
            name={`${t.recording} ${number}`}
            label={recordingForced ? t.recordingForced : t.recordingFree}
            checked={recordingForced}
            keep={(forced) => api.forceRecording({ params: { number }, body: { forced } })}
          />
        ),
      },
      {
        id: 'survey',
        title: t.survey,
        width: '170px',
        sortValue: (queue) => Number(queue.callersAsked),
        render: ({ number, callersAsked }) => (
          <QueueSwitch
            name={`${t.survey} ${number}`}
            label={callersAsked ? t.surveyOn : t.surveyOff}
            checked={callersAsked}
            keep={(asked) => api.surveyQueue({ params: { number }, body: { asked } })}
          />
        ),
      },
      {
        id: 'state',
        title: t.state,
        width: '160px',
        sortValue: (queue) => Number(queue.inPbx),
        render: (queue) => <ToneBadge tone={queue.inPbx ? 'ok' : 'off'}>{queue.inPbx ? t.present : t.absent}</ToneBadge>,
      },
    ],
    [t, named, api],
  )
  return (
    <>
      <p className={classes.note}>{t.note}</p>
      <p className={classes.note}>{t.surveyNote}</p>
      <div className={classes.table} style={{ maxWidth: 1080 }}>
        <DataTable
          label={all.pages.queues}
          columns={columns}
          rows={queues.data?.queues}
          rowKey={(queue) => queue.number}
          error={queues.error}
          onRetry={queues.refetch}
          empty={<EmptyState title={t.empty} hint={t.emptyHint} />}
        />
      </div>
    </>
  )
}

interface QueueSwitchProps {
  readonly name: string
  readonly label: string
  readonly checked: boolean
  readonly keep: (checked: boolean) => Promise<unknown>
}

/** Kept as soon as it is moved. */
function QueueSwitch({ name, label, checked, keep }: QueueSwitchProps) {
  const { saved } = useWords(words)
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: keep,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['queueNames'] })
      notifications.show({ message: saved })
    },
  })
  const problem = useErrorWords(save.error)
  return (
    <Switch
      size="xs"
      aria-label={name}
      label={label}
      checked={checked}
      disabled={save.isPending}
      error={save.error ? problem.title : null}
      onChange={(event) => save.mutate(event.currentTarget.checked)}
    />
  )
}

function QueueNameField({ queue }: { queue: Queue }) {
  const all = useWords(words)
  const api = useApi()
  const queries = useQueryClient()
  const [name, setName] = useState<string | null>(null)
  const save = useMutation({
    mutationFn: (wanted: string) => api.nameQueue({ params: { number: queue.number }, body: { name: wanted } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['queueNames'] })
      setName(null)
      notifications.show({ message: all.saved })
    },
  })
  const problem = useErrorWords(save.error)
  const value = name ?? queue.name
  const keep = () => {
    const wanted = value.trim()
    if (wanted === '' || wanted === queue.name) setName(null)
    else save.mutate(wanted)
  }
  return (
    <TextInput
      size="xs"
      aria-label={`${all.queues.name} ${queue.number}`}
      placeholder={all.queues.namePlaceholder}
      maxLength={80}
      value={value}
      error={save.error ? problem.title : null}
      disabled={save.isPending}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key === 'Escape') setName(null)
      }}
    />
  )
}
