import { Alert, Button, Group, Modal, NumberInput, PasswordInput, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { firstServer, type PbxConnectionWrite, type RouteResult, type Routes } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { uncovers } from '../app/keys.ts'
import { useServers } from '../app/live/servers.ts'
import { ErrorState, LoadingLines, ToneBadge, useErrorWords } from '../ui/index.ts'
import { ConnectionTestResult } from './ConnectionTestResult.tsx'
import { fieldErrors } from './field-errors.ts'
import classes from './Settings.module.css'
import { words } from './words.ts'

type Stored = RouteResult<Routes['connection']>

/** One Asterisk as its form shows it; `new`: it is being added. */
interface Shown extends Pick<Stored, 'connection' | 'hasSecret' | 'source' | 'name'> {
  readonly id: string
}

interface Values {
  name: string
  host: string
  amiPort: number | string
  amiUser: string
  amiSecret: string
  socketUrl: string
  sipDomain: string
  iceServers: string
  echoNumber: string
}
const fieldNames = [
  'name',
  'host',
  'amiPort',
  'amiUser',
  'amiSecret',
  'socketUrl',
  'sipDomain',
  'iceServers',
  'echoNumber',
] as const

const toWrite = (values: Values, server: string): PbxConnectionWrite => ({
  server,
  name: values.name.trim(),
  host: values.host.trim(),
  amiPort: Number(values.amiPort),
  amiUser: values.amiUser.trim(),
  amiSecret: values.amiSecret === '' ? null : values.amiSecret,
  socketUrl: values.socketUrl.trim(),
  sipDomain: values.sipDomain.trim(),
  iceServers: values.iceServers
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== ''),
  echoNumber: values.echoNumber.trim(),
})

const added = 'new'
const connectionKey = ['connection'] as const

function shownOf(stored: Stored, id: string): Shown {
  if (id === firstServer) return { ...stored, id }
  const other = stored.others.find((each) => each.id === id)
  return {
    id,
    connection: other?.connection ?? null,
    hasSecret: other !== undefined,
    source: other ? 'saved' : 'none',
    name: other?.name ?? '',
  }
}

/** How the server reaches Asterisk, or each of several: try it first, then keep it. */
export function ConnectionPage() {
  const t = useWords(words).connection
  const api = useApi()
  const stored = useQuery({ queryKey: connectionKey, queryFn: () => api.connection(), refetchOnWindowFocus: false })
  const [wanted, want] = useState(firstServer)
  const typed = useRef(false)
  const [leavingFor, leaveFor] = useState<string | null>(null)
  if (!stored.data)
    return stored.error ? <ErrorState error={stored.error} onRetry={stored.refetch} /> : <LoadingLines lines={8} height={28} />
  const known = [firstServer, ...stored.data.others.map(({ id }) => id)]
  const id = wanted === added || known.includes(wanted) ? wanted : firstServer
  const several = known.length > 1 || id === added
  const shown = shownOf(stored.data, id)
  const choose = (next: string) => {
    if (next === id) return
    if (typed.current) leaveFor(next)
    else want(next)
  }
  return (
    <>
      {several && <ServerList servers={known.map((each) => shownOf(stored.data, each))} chosen={id} onChoose={choose} />}
      {/* Another server or source is another form: nothing typed for the one before stays. */}
      <ConnectionForm
        key={`${id} ${shown.source}`}
        stored={shown}
        several={several}
        typed={typed}
        // Whoever has chosen another one meanwhile stays there.
        onSaved={(saved) => want((now) => (now === added ? saved : now))}
      />
      <LeaveForm
        opened={leavingFor !== null}
        onStay={() => leaveFor(null)}
        onLeave={() => {
          if (leavingFor !== null) want(leavingFor)
          leaveFor(null)
        }}
      />
      {!several && stored.data.connection !== null && (
        <div className={classes.actions}>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={16} stroke={1.5} />}
            onClick={() => choose(added)}
            data-testid="server-add"
          >
            {t.addServer}
          </Button>
        </div>
      )}
    </>
  )
}

/** What was typed for one server is not kept while another one is looked at. */
function LeaveForm({ opened, onStay, onLeave }: { opened: boolean; onStay: () => void; onLeave: () => void }) {
  const t = useWords(words).connection
  return (
    <Modal opened={opened} onClose={onStay} title={t.leaveTitle} centered size={420} attributes={uncovers(!opened)}>
      <p style={{ marginTop: 0 }}>{t.leaveText}</p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onLeave} data-testid="connection-leave">
          {t.leave}
        </Button>
        <Button onClick={onStay} data-autofocus>
          {t.stay}
        </Button>
      </Group>
    </Modal>
  )
}

/** Which Asterisk the form below is of, and how each is doing. */
function ServerList({
  servers,
  chosen,
  onChoose,
}: {
  servers: readonly Shown[]
  chosen: string
  onChoose: (id: string) => void
}) {
  const t = useWords(words).connection
  const links = useServers()
  return (
    <section className={classes.panel} aria-label={t.servers}>
      <h2 className={classes.panelTitle}>{t.servers}</h2>
      <p className={classes.note}>{t.serversNote}</p>
      <div className={classes.servers}>
        {servers.map(({ id, name, connection }) => {
          const link = links.find((each) => each.id === id)?.pbx
          return (
            <button
              key={id}
              type="button"
              className={classes.serverRow}
              aria-current={id === chosen || undefined}
              onClick={() => onChoose(id)}
              data-testid={`server-${id}`}
            >
              <span>{name || connection?.host || t.noServer}</span>
              <span className={classes.serverHost}>{connection && `${connection.host}:${connection.amiPort}`}</span>
              {link && (
                <ToneBadge tone={link.state === 'up' ? 'ok' : link.state === 'connecting' ? 'wait' : 'alarm'}>
                  {link.problem === null ? t.links[link.state] : t.problems[link.problem]}
                </ToneBadge>
              )}
            </button>
          )
        })}
        <button
          type="button"
          className={classes.serverRow}
          aria-current={chosen === added || undefined}
          onClick={() => onChoose(added)}
          data-testid="server-add"
        >
          <span>{t.addServer}</span>
        </button>
      </div>
    </section>
  )
}

interface ConnectionFormProps {
  readonly stored: Shown
  readonly several: boolean
  /** Told whether the form differs from what is kept. */
  readonly typed: RefObject<boolean>
  readonly onSaved: (id: string) => void
}

function ConnectionForm({ stored, several, typed, onSaved }: ConnectionFormProps) {
  const all = useWords(words)
  const t = all.connection
  const api = useApi()
  const queries = useQueryClient()
  const known = stored.connection
  const form = useForm<Values>({
    initialValues: {
      name: stored.name,
      host: known?.host ?? '',
      amiPort: known?.amiPort ?? 5038,
      amiUser: known?.amiUser ?? '',
      amiSecret: '',
      socketUrl: known?.socketUrl ?? '',
      sipDomain: known?.sipDomain ?? '',
      iceServers: known?.iceServers.join('\n') ?? '',
      echoNumber: known?.echoNumber ?? '',
    },
    // What was found holds for what was tried.
    onValuesChange: () => test.reset(),
    validate: {
      host: (value) => (value.trim() === '' ? all.field.required : null),
      amiPort: (value) =>
        Number.isInteger(Number(value)) && Number(value) >= 1 && Number(value) <= 65_535 ? null : all.field.port,
      amiUser: (value) => (value.trim() === '' ? all.field.required : null),
      amiSecret: (value) => (value === '' && !stored.hasSecret ? all.field.required : null),
      socketUrl: (value) => (/^wss?:\/\/[^\s/]+/.test(value.trim()) ? null : all.field.socketUrl),
      echoNumber: (value) => (/^[\d*#+]*$/.test(value.trim()) ? null : all.field.digits),
    },
  })
  useEffect(() => {
    typed.current = form.isDirty()
  })
  const onError = (error: Error) => {
    const errors = fieldErrors(error, fieldNames, all.field)
    if (errors) form.setErrors(errors)
  }
  const test = useMutation({
    mutationFn: (values: Values) => api.testConnection({ body: toWrite(values, stored.id) }),
    onError,
  })
  const save = useMutation({
    mutationFn: async (values: Values) => {
      const body = toWrite(values, stored.id)
      if (stored.id === added) return (await api.addServer({ body })).id
      await api.saveConnection({ body })
      return stored.id
    },
    onError,
    onSuccess: async (id, values) => {
      form.setFieldValue('amiSecret', '')
      form.resetDirty({ ...values, amiSecret: '' })
      notifications.show({ message: all.saved })
      const [ofPage] = connectionKey
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== ofPage })
      await queries.invalidateQueries({ queryKey: connectionKey })
      onSaved(id)
    },
  })
  const failure = [save.error, test.error].find((error) => error && !fieldErrors(error, fieldNames, all.field))
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <p className={classes.note}>
        {t.note} {stored.id === added ? t.newNote : t.sources[stored.source]}
      </p>
      <section className={classes.panel}>
        <h2 className={classes.panelTitle}>{t.server}</h2>
        <div className={classes.fields}>
          {several && (
            <TextInput
              className={classes.wide ?? ''}
              label={t.serverName}
              description={t.serverNameHint}
              inputWrapperOrder={order}
              maxLength={60}
              {...form.getInputProps('name')}
            />
          )}
          <TextInput label={t.host} description={t.hostHint} inputWrapperOrder={order} {...form.getInputProps('host')} />
          <NumberInput label={t.amiPort} hideControls allowDecimal={false} {...form.getInputProps('amiPort')} />
          <TextInput label={t.amiUser} autoComplete="off" {...form.getInputProps('amiUser')} />
          <PasswordInput
            label={t.amiSecret}
            autoComplete="new-password"
            placeholder={stored.hasSecret ? t.secretKept : ''}
            {...form.getInputProps('amiSecret')}
          />
        </div>
      </section>
      <section className={classes.panel}>
        <h2 className={classes.panelTitle}>{t.phones}</h2>
        <div className={classes.fields}>
          <TextInput
            className={classes.wide ?? ''}
            label={t.socketUrl}
            description={t.socketUrlHint}
            inputWrapperOrder={order}
            {...form.getInputProps('socketUrl')}
          />
          <TextInput
            label={t.sipDomain}
            description={t.sipDomainHint}
            inputWrapperOrder={order}
            {...form.getInputProps('sipDomain')}
          />
          <Textarea
            label={t.iceServers}
            description={t.iceServersHint}
            inputWrapperOrder={order}
            placeholder="stun:stun.example:3478"
            autosize
            minRows={1}
            {...form.getInputProps('iceServers')}
          />
          <TextInput
            label={t.echoNumber}
            description={t.echoNumberHint}
            inputWrapperOrder={order}
            maxLength={20}
            {...form.getInputProps('echoNumber')}
          />
        </div>
      </section>
      {failure && <Failure error={failure} />}
      <div className={classes.actions}>
        <Button type="submit" loading={save.isPending}>
          {all.save}
        </Button>
        <Button
          variant="default"
          loading={test.isPending}
          onClick={() => {
            if (!form.validate().hasErrors) test.mutate(form.getValues())
          }}
        >
          {t.test}
        </Button>
        {stored.source === 'saved' && known !== null && (
          <RemoveConnection server={stored.id} host={known.host} several={several} />
        )}
      </div>
      {test.data && !test.isPending && <ConnectionTestResult {...test.data} />}
    </form>
  )
}

/** Calls stop with it, so it is asked first. */
function RemoveConnection({ server, host, several }: { server: string; host: string; several: boolean }) {
  const t = useWords(words).connection
  const api = useApi()
  const queries = useQueryClient()
  const [asked, setAsked] = useState(false)
  const remove = useMutation({
    mutationFn: () => (server === firstServer ? api.removeConnection() : api.removeServer({ params: { id: server } })),
    onSuccess: () => {
      setAsked(false)
      notifications.show({ message: t.removed })
      queries.invalidateQueries()
    },
  })
  return (
    <>
      <Button variant="subtle" c="var(--cs-alarmText)" ml="auto" onClick={() => setAsked(true)} data-testid="connection-remove">
        {t.remove}
      </Button>
      <Modal
        opened={asked}
        onClose={() => setAsked(false)}
        title={t.removeTitle(host)}
        centered
        size={460}
        attributes={uncovers(!asked)}
      >
        <p style={{ marginTop: 0 }}>{several ? t.removeOneText : t.removeText}</p>
        {remove.error && <Failure error={remove.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => setAsked(false)} data-autofocus>
            {t.cancel}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()} data-testid="connection-remove-confirm">
            {t.remove}
          </Button>
        </Group>
      </Modal>
    </>
  )
}

/** A hint under the field it is for, the error under the hint. */
const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']

export function Failure({ error }: { error: Error }) {
  const { title, hint } = useErrorWords(error)
  return (
    <Alert color="red" title={title} mb="md" maw={720} role="alert">
      {hint}
    </Alert>
  )
}
