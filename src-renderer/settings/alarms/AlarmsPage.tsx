import { ActionIcon, Alert, Button, Group, NumberInput, Select, Table } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { AlarmKind, ApiError } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useWords } from '../../app/i18n.ts'
import { useLive } from '../../app/live/live.ts'
import { ErrorState, LoadingLines } from '../../ui/index.ts'
import { Failure } from '../ConnectionPage.tsx'
import shared from '../Settings.module.css'
import {
  changed,
  followStored,
  formOf,
  isOutOfRange,
  isTwice,
  limitsOf,
  ofOperators,
  rangeOf,
  type StoredThresholds,
  saved,
  type ThresholdDraft,
  thresholdOf,
  withOneMore,
} from './threshold-form.ts'
import { words } from './words.ts'

/** When the monitor raises an alarm. */
export function AlarmsPage() {
  const api = useApi()
  const stored = useQuery({
    queryKey: ['alarmThresholds'],
    queryFn: () => api.alarmThresholds(),
  })
  if (!stored.data)
    return stored.error ? <ErrorState error={stored.error} onRetry={stored.refetch} /> : <LoadingLines lines={5} />
  return (
    <Thresholds
      stored={stored.data}
      onShowStored={async () => {
        const { data } = await stored.refetch({ throwOnError: true })
        return data ?? stored.data
      }}
    />
  )
}

interface ThresholdsProps {
  readonly stored: StoredThresholds
  /** Asks for what is stored now. */
  readonly onShowStored: () => Promise<StoredThresholds>
}

function Thresholds({ stored, onShowStored }: ThresholdsProps) {
  const t = useWords(words)
  const api = useApi()
  const queries = useQueryClient()
  const queues = useLive((state) => state.view?.queues) ?? []
  const [held, setForm] = useState(() => formOf(stored))
  const form = followStored(held, stored)
  if (form !== held) setForm(form)
  const { drafts, version } = form
  const setDrafts = (next: readonly ThresholdDraft[]) => setForm(changed(form, next))
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: (sent: readonly ThresholdDraft[]) => {
      const thresholds = sent.flatMap((draft) => thresholdOf(draft) ?? [])
      return api.saveAlarmThresholds({ body: { thresholds, baseVersion: version } })
    },
    onSuccess: (answer, sent) => {
      setForm((now) => saved(now, sent, answer))
      setTried(false)
      queries.setQueryData(['alarmThresholds'], answer)
      notifications.show({ message: t.saved })
    },
  })
  const show = useMutation({
    mutationFn: onShowStored,
    onSuccess: (now) => {
      setForm(formOf(now))
      setTried(false)
      save.reset()
    },
  })
  const change = (key: string, part: Partial<ThresholdDraft>) =>
    setDrafts(drafts.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)))
  const errorOf = (draft: ThresholdDraft): string | null =>
    isTwice(draft, drafts)
      ? t.twice
      : isOutOfRange(draft)
        ? t.outOfRange(rangeOf(draft.kind))
        : thresholdOf(draft) === null
          ? t.wrong
          : null
  const submit = () => {
    setTried(true)
    if (drafts.every((draft) => errorOf(draft) === null)) save.mutate(drafts)
  }
  const scopes = (draft: ThresholdDraft) => {
    const known = queues.map(({ number, name }) => ({ value: `queue:${number}`, label: name }))
    const operators = ofOperators(draft.kind)
    return [
      { value: 'floor', label: operators ? t.allOperators : t.floor },
      ...(operators ? [] : [{ value: 'eachQueue', label: t.eachQueue }]),
      ...known,
      ...(draft.scope.startsWith('queue:') && !known.some(({ value }) => value === draft.scope)
        ? [{ value: draft.scope, label: draft.scope.slice('queue:'.length) }]
        : []),
    ]
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      data-testid="alarm-thresholds"
    >
      <p className={shared.note}>{t.note}</p>
      {drafts.length === 0 ? (
        <p className={shared.note}>{t.empty}</p>
      ) : (
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t.kind}</Table.Th>
              <Table.Th>{t.scope}</Table.Th>
              <Table.Th w={110}>{t.warning}</Table.Th>
              <Table.Th w={110}>{t.critical}</Table.Th>
              <Table.Th w={110}>{t.after}</Table.Th>
              <Table.Th w={48} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {drafts.map((draft) => {
              const { key, kind, scope } = draft
              const number = (field: 'warning' | 'critical' | 'after') => (
                <NumberInput
                  size="xs"
                  hideControls
                  min={0}
                  aria-label={t[field]}
                  value={draft[field]}
                  onChange={(value) => change(key, { [field]: value })}
                  data-testid={`threshold-${field}`}
                />
              )
              return (
                <Table.Tr key={key} data-testid="threshold">
                  <Table.Td>
                    <Select
                      size="xs"
                      aria-label={t.kind}
                      allowDeselect={false}
                      data={AlarmKind.options.map((value) => ({ value, label: t.kinds[value] }))}
                      value={kind}
                      onChange={(value) =>
                        value !== null &&
                        change(key, {
                          kind: value,
                          ...limitsOf[value],
                          ...(ofOperators(value) && scope === 'eachQueue' && { scope: 'floor' }),
                        })
                      }
                      error={tried ? errorOf(draft) : null}
                    />
                  </Table.Td>
                  <Table.Td>
                    <Select
                      size="xs"
                      aria-label={t.scope}
                      allowDeselect={false}
                      data={scopes(draft)}
                      value={scope}
                      onChange={(value) => value !== null && change(key, { scope: value })}
                    />
                  </Table.Td>
                  <Table.Td>{number('warning')}</Table.Td>
                  <Table.Td>{number('critical')}</Table.Td>
                  <Table.Td>{number('after')}</Table.Td>
                  <Table.Td>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={t.remove}
                      title={t.remove}
                      onClick={() => setDrafts(drafts.filter((other) => other.key !== key))}
                    >
                      <IconTrash size={16} stroke={1.5} />
                    </ActionIcon>
                  </Table.Td>
                </Table.Tr>
              )
            })}
          </Table.Tbody>
        </Table>
      )}
      {save.error &&
        (save.error instanceof ApiError && save.error.code === 'conflict' ? (
          <Alert color="red" title={t.changed} mt="sm" maw={720} role="alert">
            <p style={{ margin: '0 0 8px' }}>{t.changedHint}</p>
            <Button
              size="xs"
              variant="default"
              loading={show.isPending}
              onClick={() => show.mutate()}
              data-testid="thresholds-show"
            >
              {t.showChanged}
            </Button>
          </Alert>
        ) : (
          <Failure error={save.error} />
        ))}
      {show.error && <Failure error={show.error} />}
      <Group mt="sm" gap="xs">
        <Button type="submit" size="xs" loading={save.isPending} data-testid="thresholds-save">
          {t.save}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} stroke={1.75} />}
          onClick={() => setDrafts(withOneMore(form))}
          data-testid="threshold-add"
        >
          {t.add}
        </Button>
      </Group>
    </form>
  )
}
