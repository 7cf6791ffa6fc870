import { Alert, Button, Checkbox, Modal, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiError, type QueueName, type WallboardLink } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useFormat } from '../../app/format.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { serverNow } from '../../app/live/live.ts'
import { Failure } from '../ConnectionPage.tsx'
import classes from '../Settings.module.css'
import { words } from '../words.ts'
import { NewLink } from './NewLink.tsx'
import {
  formOf,
  newWallboard,
  settingsOf,
  type WallboardForm,
  wallboardEnds,
  wallboardPages,
  wrongFields,
} from './wallboard-form.ts'
import { wallboardWords } from './words.ts'

interface WallboardDialogProps {
  /** null: a new one. */
  readonly link: WallboardLink | null
  readonly queues: readonly QueueName[]
  readonly onClose: () => void
}

/** What a wallboard shows and until when; then, once, its link. */
export function WallboardDialog({ link, queues, onClose }: WallboardDialogProps) {
  const t = useWords(wallboardWords)
  const [token, setToken] = useState<string | null>(null)
  // Nobody is shown the link again: a click beside it must not be the end of it.
  const kept = token === null
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={kept}
      closeOnEscape={kept}
      title={token === null ? (link?.settings.name ?? t.add) : t.linkTitle}
      size={560}
    >
      {token === null ? (
        <Editor link={link} queues={queues} onClose={onClose} onToken={setToken} />
      ) : (
        <NewLink token={token} onClose={onClose} />
      )}
    </Modal>
  )
}

const languages = ['ru', 'en'] as const
const themes = ['dark', 'light'] as const

function Editor({ link, queues, onClose, onToken }: WallboardDialogProps & { onToken: (token: string) => void }) {
  const all = useWords(words)
  const t = useWords(wallboardWords)
  const language = useLanguage()
  const format = useFormat()
  const api = useApi()
  const queries = useQueryClient()
  const [form, setForm] = useState<WallboardForm>(() => (link ? formOf(link.settings) : newWallboard(language)))
  const [tried, setTried] = useState(false)
  const [asked, setAsked] = useState<'renew' | 'revoke' | null>(null)
  const keptMs = link?.settings.expiresAtMs ?? null
  const at = { nowMs: serverNow(), keptMs }
  const wrong = wrongFields(form, at)
  const shown = (field: keyof WallboardForm, text: string) => (tried && wrong.has(field) ? text : null)
  const set = (change: Partial<WallboardForm>) => setForm({ ...form, ...change })
  const refresh = () => queries.invalidateQueries({ queryKey: ['wallboards'] })

  const save = useMutation({
    mutationFn: async () => {
      const body = settingsOf(form, at)
      if (!link) return (await api.createWallboard({ body })).token
      await api.changeWallboard({ params: { id: link.id }, body })
      return null
    },
    onSuccess: (token) => {
      refresh()
      if (token !== null) return onToken(token)
      notifications.show({ message: t.saved })
      onClose()
    },
  })
  const renew = useMutation({
    mutationFn: async (id: string) => {
      await api.changeWallboard({ params: { id }, body: settingsOf(form, at) })
      return api.renewWallboard({ params: { id } })
    },
    onSuccess: ({ token }) => {
      refresh()
      onToken(token)
    },
  })
  const revoke = useMutation({
    mutationFn: (id: string) => api.revokeWallboard({ params: { id } }),
    onSuccess: () => {
      refresh()
      onClose()
    },
  })
  const failure = save.error ?? renew.error ?? revoke.error
  const ifRight = (act: () => void) => {
    setTried(true)
    if (wrong.size === 0) act()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ifRight(() => save.mutate())
  }
  const known = new Set(queues.map(({ number }) => number))
  // A queue that is gone from Asterisk stays chosen until somebody takes it out.
  const gone = form.queues.filter((number) => !known.has(number)).map((number) => ({ number, name: number }))

  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      {failure &&
        (failure instanceof ApiError && failure.code === 'conflict' ? (
          <Alert color="red" mb="md" role="alert">
            {t.tooMany}
          </Alert>
        ) : (
          <Failure error={failure} />
        ))}
      <div className={classes.fields}>
        <TextInput
          className={classes.wide ?? ''}
          label={t.name}
          description={t.nameHint}
          inputWrapperOrder={order}
          placeholder={t.namePlaceholder}
          maxLength={80}
          data-autofocus
          value={form.name}
          error={shown('name', all.field.required)}
          onChange={(event) => set({ name: event.currentTarget.value })}
          data-testid="wallboard-name"
        />
        <MultiSelect
          className={classes.wide ?? ''}
          label={t.queues}
          description={t.queuesHint}
          inputWrapperOrder={order}
          placeholder={form.queues.length === 0 ? t.allQueues : ''}
          searchable
          clearable
          maxDropdownHeight={220}
          data={[...queues, ...gone].map(({ number, name }) => ({ value: number, label: name }))}
          value={[...form.queues]}
          onChange={(chosen) => set({ queues: chosen })}
          data-testid="wallboard-queues"
        />
        <Checkbox.Group
          className={classes.wide ?? ''}
          label={t.pages}
          error={shown('pages', t.choosePages)}
          value={[...form.pages]}
          onChange={(chosen) => set({ pages: wallboardPages.filter((page) => chosen.includes(page)) })}
        >
          {wallboardPages.map((page) => (
            <Checkbox
              key={page}
              size="xs"
              mt={6}
              value={page}
              label={t.pageNames[page]}
              description={page === 'operators' ? t.operatorsHint : null}
              data-testid={`wallboard-page-${page}`}
            />
          ))}
        </Checkbox.Group>
        <NumberInput
          label={t.seconds}
          min={5}
          max={600}
          allowDecimal={false}
          clampBehavior="none"
          value={form.secondsPerPage}
          error={shown('secondsPerPage', t.secondsWrong)}
          onChange={(secondsPerPage) => set({ secondsPerPage })}
          data-testid="wallboard-seconds"
        />
        <Select
          label={t.until}
          allowDeselect={false}
          data={[
            ...(keptMs === null ? [] : [{ value: 'kept' as const, label: t.kept(format.dateTime(keptMs)) }]),
            ...wallboardEnds.map((value) => ({ value, label: t.ends[value] })),
          ]}
          value={form.end}
          error={shown('end', t.pastEnd)}
          onChange={(end) => end !== null && set({ end })}
          data-testid="wallboard-until"
        />
        <Select
          label={t.language}
          allowDeselect={false}
          data={languages.map((value) => ({ value, label: t.languages[value] }))}
          value={form.language}
          onChange={(value) => value !== null && set({ language: value })}
        />
        <Select
          label={t.theme}
          allowDeselect={false}
          data={themes.map((value) => ({ value, label: t.themes[value] }))}
          value={form.theme}
          onChange={(value) => value !== null && set({ theme: value })}
          data-testid="wallboard-theme"
        />
      </div>
      {link && asked !== null && (
        <Alert color={asked === 'revoke' ? 'red' : 'yellow'} mt="md">
          <p style={{ margin: '0 0 8px' }}>{asked === 'revoke' ? t.revokeText : t.renewText}</p>
          <div style={{ display: 'flex', gap: 8 }}>
            <Button
              size="xs"
              {...(asked === 'revoke' && { color: 'red' })}
              loading={revoke.isPending || renew.isPending}
              onClick={() => (asked === 'revoke' ? revoke.mutate(link.id) : ifRight(() => renew.mutate(link.id)))}
              data-testid={`wallboard-${asked}-confirm`}
            >
              {t[asked]}
            </Button>
            <Button size="xs" variant="default" onClick={() => setAsked(null)}>
              {t.cancel}
            </Button>
          </div>
        </Alert>
      )}
      {link && (
        <p className={classes.note} style={{ margin: '16px 0 0' }}>
          {t.createdBy(link.createdByName, format.dateTime(link.createdAtMs))}
        </p>
      )}
      <div className={classes.actions} style={{ justifyContent: 'flex-end', padding: '20px 0 0' }}>
        {link && asked === null && (
          <>
            <Button
              variant="subtle"
              c="var(--cs-alarmText)"
              px={8}
              onClick={() => setAsked('revoke')}
              data-testid="wallboard-revoke"
            >
              {t.revoke}
            </Button>
            <Button variant="subtle" px={8} mr="auto" onClick={() => setAsked('renew')} data-testid="wallboard-renew">
              {t.renew}
            </Button>
          </>
        )}
        <Button variant="default" onClick={onClose}>
          {t.cancel}
        </Button>
        <Button type="submit" loading={save.isPending} data-testid="wallboard-save">
          {link ? t.save : t.create}
        </Button>
      </div>
    </form>
  )
}

const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']
