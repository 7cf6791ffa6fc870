import { Autocomplete, Button, Modal, NumberInput, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  ApiError,
  type RecordSourceSaved,
  type RecordStore,
  type RecordTrial,
  recordStores,
} from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useWords } from '../../app/i18n.ts'
import { words as appWords } from '../../app/words.ts'
import { Failure } from '../ConnectionPage.tsx'
import { type ServerInUse, serverChoices } from '../server-choice.ts'
import { ColumnMapping } from './ColumnMapping.tsx'
import classes from './Record.module.css'
import { faultsOf, readsOtherwise, type SourceField, type SourceValues, toWrite, withPlace } from './source-form.ts'
import { TrialResult } from './TrialResult.tsx'
import { words } from './words.ts'

/** What there is to say stands under the field. */
const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']
const timeZones = ['UTC', ...Intl.supportedValuesOf('timeZone')]

interface SourceDialogProps {
  readonly initial: SourceValues
  /** null: a new one. */
  readonly saved: RecordSourceSaved | null
  /** It stands for a file that was found, whose server and kind it has. */
  readonly replaces: boolean
  /** What is read now in the place of such a source; undefined: nothing. */
  readonly storeBefore: (source: Pick<SourceValues, 'kind' | 'server'>) => RecordStore | undefined
  readonly servers: readonly ServerInUse[]
  readonly onClose: () => void
  /** Saved; `otherwise`: rows that were read before were read by other settings. */
  readonly onSaved: (otherwise: boolean) => void
}

/** Where a kind of call records is: tried first, then kept. */
export function SourceDialog({ initial, saved, replaces, storeBefore, servers, onClose, onSaved }: SourceDialogProps) {
  const t = useWords(words)
  const d = t.dialog
  const api = useApi()
  const queries = useQueryClient()
  const choices = serverChoices(servers, initial.server, useWords(appWords).serverRemoved)
  const [values, setValues] = useState(initial)
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Partial<Record<string, string>>>({})
  /** Known since a test: what the table has. It holds for that table only. */
  const [columns, setColumns] = useState<RecordTrial['columns']>(null)
  const faults = faultsOf(values, { hasPassword: saved?.hasPassword === true })
  const whole = Object.keys(faults).length === 0

  const onError = (error: Error) => {
    if (error instanceof ApiError) setRefused(error.fields)
  }
  const test = useMutation({
    mutationFn: (asked: SourceValues) => api.testRecordSource({ body: { id: saved?.id ?? null, source: toWrite(asked) } }),
    onSuccess: (trial) => setColumns(trial.columns),
    onError,
  })
  const save = useMutation({
    mutationFn: () => {
      const body = toWrite(values)
      return saved === null ? api.addRecordSource({ body }) : api.changeRecordSource({ params: { id: saved.id }, body })
    },
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['recordSources'] })
      void queries.invalidateQueries({ queryKey: ['importState'] })
      notifications.show({ message: t.saved })
      onSaved(saved?.id === id && readsOtherwise(saved, toWrite(values)))
    },
    onError,
  })

  const set = (change: Partial<SourceValues>) => {
    setValues({ ...values, ...change })
    setRefused({})
    // What was found holds for what was tried.
    test.reset()
  }
  const elsewhere = (change: Partial<SourceValues>) => {
    set(change)
    setColumns(null)
  }
  const fault = (field: SourceField | 'place'): string | null => {
    const from = refused[field]
    if (field === 'password' && from === 'required') return saved === null ? t.faults.required : t.faults.password
    if (from === 'ownFiles' || from === 'alreadyUsed' || from === 'besideEvents') return t.faults[from]
    if (from !== undefined) return t.faults.invalid
    const own = tried && field !== 'place' ? faults[field] : undefined
    return own === undefined ? null : t.faults[own]
  }
  const attempt = (asked: SourceValues) => {
    setTried(true)
    if (Object.keys(faultsOf(asked, { hasPassword: saved?.hasPassword === true })).length === 0) test.mutate(asked)
  }
  const { kind, store } = values
  const replaced = storeBefore(values)
  const isFile = store === 'csv' || store === 'log' || store === 'sqlite'
  const isServer = store === 'mysql' || store === 'postgres'
  const isTable = isServer || store === 'sqlite'
  const known = ['path', 'password', 'timeZone', 'place']
  const failure = [save.error, test.error].find(
    (error) => error && !(error instanceof ApiError && known.some((field) => field in error.fields)),
  )
  return (
    <Modal opened onClose={onClose} title={saved === null ? d.add : d.edit} size={760} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (whole) save.mutate()
        }}
        noValidate
        data-testid="source-form"
      >
        <div className={classes.grid}>
          {choices.length > 0 && (
            <Select
              className={classes.whole ?? ''}
              label={d.server}
              allowDeselect={false}
              disabled={saved !== null || replaces}
              data={choices}
              value={values.server}
              onChange={(server) => server !== null && elsewhere({ server })}
              data-testid="source-server"
            />
          )}
          <Select
            className={classes.half ?? ''}
            label={d.kind}
            allowDeselect={false}
            disabled={saved !== null || replaces}
            data={(['cdr', 'queueLog', 'cel'] as const).map((value) => ({ value, label: t.kinds[value] }))}
            value={kind}
            onChange={(value) => value !== null && elsewhere(withPlace(values, value, store))}
          />
          <Select
            className={classes.half ?? ''}
            label={d.store}
            allowDeselect={false}
            data={recordStores[kind].map((value) => ({ value, label: t.stores[value] }))}
            value={store}
            error={fault('place')}
            onChange={(value) => value !== null && elsewhere(withPlace(values, kind, value))}
          />
          {replaced !== undefined && replaced !== store && (
            <p className={`${classes.whole} ${classes.muted}`} data-testid="source-another-store">
              {d.anotherStore}
            </p>
          )}
          {store === 'events' && <p className={`${classes.whole} ${classes.muted}`}>{d.events}</p>}
          {isFile && (
            <TextInput
              className={store === 'sqlite' ? (classes.twoThirds ?? '') : (classes.whole ?? '')}
              label={d.path}
              description={d.pathHint}
              inputWrapperOrder={order}
              value={values.path}
              error={fault('path')}
              onChange={(event) => elsewhere({ path: event.currentTarget.value })}
            />
          )}
          {isServer && (
            <>
              <TextInput
                className={classes.twoThirds ?? ''}
                label={d.host}
                value={values.host}
                error={fault('host')}
                onChange={(event) => elsewhere({ host: event.currentTarget.value })}
                data-autofocus
              />
              <NumberInput
                className={classes.third ?? ''}
                label={d.port}
                hideControls
                allowDecimal={false}
                value={values.port}
                error={fault('port')}
                onChange={(port) => elsewhere({ port })}
              />
              <TextInput
                className={classes.half ?? ''}
                label={d.user}
                description={d.userHint}
                inputWrapperOrder={order}
                autoComplete="off"
                value={values.user}
                error={fault('user')}
                onChange={(event) => elsewhere({ user: event.currentTarget.value })}
              />
              <PasswordInput
                className={classes.half ?? ''}
                label={d.password}
                autoComplete="new-password"
                placeholder={saved?.hasPassword ? d.passwordKept : ''}
                value={values.password}
                error={fault('password')}
                onChange={(event) => set({ password: event.currentTarget.value })}
              />
              <TextInput
                className={classes.half ?? ''}
                label={d.database}
                value={values.database}
                error={fault('database')}
                onChange={(event) => elsewhere({ database: event.currentTarget.value })}
              />
            </>
          )}
          {isTable && (
            <TextInput
              className={isServer ? (classes.half ?? '') : (classes.third ?? '')}
              label={d.table}
              value={values.table}
              error={fault('table')}
              onChange={(event) => elsewhere({ table: event.currentTarget.value })}
            />
          )}
          {store === 'csv' && (
            <TextInput
              className={classes.whole ?? ''}
              label={d.csvColumns}
              description={d.csvColumnsHint}
              inputWrapperOrder={order}
              value={values.csvColumns}
              onChange={(event) => set({ csvColumns: event.currentTarget.value })}
            />
          )}
          {store !== 'events' && (
            <>
              <Autocomplete
                className={classes.half ?? ''}
                label={d.timeZone}
                description={d.timeZoneHint}
                inputWrapperOrder={order}
                data={timeZones}
                limit={30}
                value={values.timeZone}
                error={fault('timeZone')}
                onChange={(timeZone) => set({ timeZone: timeZone.trim() })}
              />
              <NumberInput
                className={classes.half ?? ''}
                label={d.offset}
                description={d.offsetHint}
                inputWrapperOrder={order}
                hideControls
                value={values.offsetSeconds}
                error={fault('offsetSeconds')}
                onChange={(offsetSeconds) => set({ offsetSeconds })}
              />
            </>
          )}
          {isServer && (
            <Switch
              className={classes.whole ?? ''}
              label={d.tls}
              checked={values.tls}
              onChange={(event) => set({ tls: event.currentTarget.checked })}
            />
          )}
        </div>
        {test.data && !test.isPending && (
          <TrialResult
            trial={test.data}
            store={store}
            onZone={(timeZone) => {
              const next = { ...values, timeZone }
              setValues(next)
              attempt(next)
            }}
          />
        )}
        {columns && (
          <ColumnMapping columns={columns} mapping={values.columns} onChange={(mapping) => set({ columns: mapping })} />
        )}
        {failure && <Failure error={failure} />}
        <div className={classes.dialogActions}>
          <Button type="submit" loading={save.isPending}>
            {d.save}
          </Button>
          <Button variant="default" loading={test.isPending} onClick={() => attempt(values)} data-testid="source-test">
            {d.test}
          </Button>
          <Button variant="subtle" ml="auto" onClick={onClose}>
            {d.cancel}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
