import { Button, NumberInput, PasswordInput, Select, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { MailSettings, MailSettingsWrite, RouteResult, Routes } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { useUser } from '../../app/session.ts'
import { ErrorState, LoadingLines } from '../../ui/index.ts'
import { Failure } from '../ConnectionPage.tsx'
import { fieldErrors } from '../field-errors.ts'
import classes from '../Settings.module.css'
import { words } from '../words.ts'
import { mailWords } from './words.ts'

interface Values {
  host: string
  port: number | string
  security: MailSettings['security']
  user: string
  password: string
  from: string
  authorities: string
  /** Of the test. */
  to: string
}
const fieldNames = ['host', 'port', 'user', 'password', 'from', 'authorities'] as const
const securities = ['tls', 'starttls', 'none'] as const
const usualPorts = { tls: 465, starttls: 587, none: 25 } as const
const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim())

const toWrite = ({ host, port, security, user, password, from, authorities }: Values): MailSettingsWrite => ({
  host: host.trim(),
  port: Number(port),
  security,
  user: user.trim(),
  from: from.trim(),
  authorities: security === 'none' ? '' : authorities.trim(),
  password: password === '' ? null : password,
})

/** How the server sends e-mail: tried with a real letter, then kept. */
export function MailPage() {
  const api = useApi()
  const stored = useQuery({ queryKey: ['mailSettings'], queryFn: () => api.mailSettings(), refetchOnWindowFocus: false })
  if (stored.data) return <MailForm stored={stored.data} />
  return stored.error ? <ErrorState error={stored.error} onRetry={stored.refetch} /> : <LoadingLines lines={6} height={28} />
}

function MailForm({ stored }: { stored: RouteResult<Routes['mailSettings']> }) {
  const all = useWords(words)
  const t = useWords(mailWords)
  const language = useLanguage()
  const api = useApi()
  const queries = useQueryClient()
  const user = useUser()
  const known = stored.settings
  const form = useForm<Values>({
    initialValues: {
      host: known?.host ?? '',
      port: known?.port ?? usualPorts.starttls,
      security: known?.security ?? 'starttls',
      user: known?.user ?? '',
      password: '',
      from: known?.from ?? '',
      authorities: known?.authorities ?? '',
      to: user.email,
    },
    // What was found holds for what was tried.
    onValuesChange: () => test.reset(),
    validate: {
      host: (value) => (value.trim() === '' ? all.field.required : null),
      port: (value) => (Number.isInteger(Number(value)) && Number(value) >= 1 && Number(value) <= 65_535 ? null : all.field.port),
      from: (value) => (looksLikeEmail(value) ? null : all.field.email),
    },
  })
  const onError = (error: Error) => {
    const errors = fieldErrors(error, fieldNames, all.field)
    if (errors) form.setErrors(errors.authorities === undefined ? errors : { ...errors, authorities: t.authoritiesWrong })
  }
  const test = useMutation({
    mutationFn: (values: Values) => api.testMail({ body: { settings: toWrite(values), to: values.to.trim(), language } }),
    onError,
  })
  const save = useMutation({
    mutationFn: (values: Values) => api.saveMailSettings({ body: toWrite(values) }),
    onError,
    onSuccess: () => {
      form.setFieldValue('password', '')
      notifications.show({ message: all.saved })
      queries.invalidateQueries({ queryKey: ['mailSettings'] })
    },
  })
  const failure = [save.error, test.error].find((error) => error && !fieldErrors(error, fieldNames, all.field))
  const sendTest = () => {
    if (!looksLikeEmail(form.values.to)) form.setFieldError('to', all.field.email)
    else if (!form.validate().hasErrors) test.mutate(form.getValues())
  }
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <p className={classes.note}>{t.note}</p>
      <section className={classes.panel}>
        <h2 className={classes.panelTitle}>{t.server}</h2>
        <div className={classes.fields}>
          <TextInput label={t.host} placeholder="smtp.company.ru" {...form.getInputProps('host')} />
          <Select
            label={t.security}
            allowDeselect={false}
            data={securities.map((value) => ({ value, label: t.securities[value] }))}
            {...form.getInputProps('security')}
            onChange={(value) => {
              const security = securities.find((one) => one === value)
              if (!security) return
              // A port that was usual before is not meant.
              if (Object.values<unknown>(usualPorts).includes(form.values.port)) form.setFieldValue('port', usualPorts[security])
              form.setFieldValue('security', security)
            }}
          />
          <NumberInput label={t.port} hideControls allowDecimal={false} {...form.getInputProps('port')} />
          <TextInput label={t.from} type="email" autoComplete="off" {...form.getInputProps('from')} />
          <TextInput
            label={t.user}
            description={t.userHint}
            inputWrapperOrder={order}
            autoComplete="off"
            {...form.getInputProps('user')}
          />
          <PasswordInput
            label={t.password}
            autoComplete="new-password"
            placeholder={stored.hasPassword ? t.passwordKept : ''}
            {...form.getInputProps('password')}
          />
          <TextInput label={t.to} type="email" {...form.getInputProps('to')} />
        </div>
        {form.values.security !== 'none' && (
          <Textarea
            mt={12}
            label={t.authorities}
            description={t.authoritiesHint}
            inputWrapperOrder={order}
            placeholder="-----BEGIN CERTIFICATE-----"
            autosize
            minRows={2}
            maxRows={6}
            spellCheck={false}
            styles={{ input: { fontFamily: 'ui-monospace, monospace', fontSize: 12 } }}
            {...form.getInputProps('authorities')}
          />
        )}
      </section>
      {failure && <Failure error={failure} />}
      <div className={classes.actions}>
        <Button type="submit" loading={save.isPending}>
          {all.save}
        </Button>
        <Button variant="default" loading={test.isPending} onClick={sendTest} data-testid="mail-test">
          {t.test}
        </Button>
      </div>
      {test.data && !test.isPending && (
        <section className={classes.panel} role="status" data-testid="mail-test-result">
          <h2 className={classes.panelTitle}>{t.testTitle}</h2>
          <ol className={classes.steps}>
            <li
              className={classes.step}
              data-ok={test.data.problem === null || undefined}
              data-failed={test.data.problem !== null || undefined}
            >
              {test.data.problem === null ? (
                <IconCircleCheck size={18} stroke={1.75} aria-hidden />
              ) : (
                <IconCircleX size={18} stroke={1.75} aria-hidden />
              )}
              <span>{test.data.problem === null ? t.sent(form.values.to.trim()) : t.problems[test.data.problem]}</span>
              {test.data.detail !== '' && <span className={classes.stepNote}>{test.data.detail}</span>}
            </li>
          </ol>
        </section>
      )}
    </form>
  )
}

/** A hint under the field it is for, the error under the hint. */
const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']
