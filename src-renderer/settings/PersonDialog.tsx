import { Alert, Autocomplete, Button, Modal, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, everyRole, nameAt, plainName, type Role, serverOf, type User } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { words as appWords } from '../app/words.ts'
import { Failure } from './ConnectionPage.tsx'
import { fieldErrors } from './field-errors.ts'
import { PrivateListening } from './PrivateListening.tsx'
import classes from './Settings.module.css'
import { isRemoved, serverChoices, usualServer } from './server-choice.ts'
import { useServersInUse } from './servers-in-use.ts'
import { words } from './words.ts'

interface Values {
  name: string
  email: string
  role: Role
  /** The Asterisk the phone is at; null: nobody has chosen. */
  server: string | null
  extension: string
  sipPassword: string
  password: string
  active: boolean
}
const fieldNames = ['name', 'email', 'role', 'extension', 'sipPassword', 'password', 'active'] as const

/** `user` null: a new person. */
export function PersonDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  const all = useWords(words)
  const t = all.people
  const { roles, serverRemoved } = useWords(appWords)
  const api = useApi()
  const queries = useQueryClient()
  const servers = useServersInUse()
  const inUse = servers.data ?? []
  const saved = user?.extension ? serverOf(user.extension) : null
  const usual = usualServer(inUse)
  const choices = serverChoices(inUse, saved ?? usual, serverRemoved)
  const boundTo = ({ server, extension }: Values): string | null =>
    extension.trim() === '' ? null : nameAt(server ?? usual, extension.trim())
  const known = useQuery({ queryKey: ['queueNames'], queryFn: () => api.queueNames() })
  const form = useForm<Values>({
    initialValues: {
      name: user?.name ?? '',
      email: user?.email ?? '',
      role: user?.role ?? 'operator',
      server: saved,
      extension: plainName(user?.extension ?? ''),
      sipPassword: '',
      password: '',
      active: user?.active ?? true,
    },
    validate: {
      name: (value) => (value.trim() === '' ? all.field.required : null),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : all.field.email),
      // Whoever is bound to a removed one may stay so: their name can be changed all the same.
      server: (value, values) => {
        const bound = boundTo(values)
        return bound !== null && bound !== user?.extension && isRemoved(inUse, value ?? usual) ? t.chooseServer : null
      },
      extension: (value) => (value.trim() === '' || /^[A-Za-z0-9_.-]{1,40}$/.test(value.trim()) ? null : all.field.extension),
      password: (value) => ((user === null || value !== '') && value.length < 8 ? all.field.password : null),
    },
  })
  const save = useMutation({
    mutationFn: async (values: Values) => {
      const person = {
        name: values.name.trim(),
        email: values.email.trim(),
        role: values.role,
        extension: boundTo(values),
      }
      if (user === null)
        return api.createUser({ body: { ...person, password: values.password, sipPassword: values.sipPassword || null } })
      return api.updateUser({
        params: { id: user.id },
        body: {
          ...person,
          active: values.active,
          // Empty: stays as it is.
          ...(values.password !== '' && { password: values.password }),
          ...(values.sipPassword !== '' && { sipPassword: values.sipPassword }),
        },
      })
    },
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ['users'] })
      notifications.show({ message: all.saved })
      onClose()
    },
    onError: (error) => {
      const errors = fieldErrors(error, fieldNames, all.field)
      if (errors) form.setErrors(errors)
    },
  })
  const unexplained = save.error && !fieldErrors(save.error, fieldNames, all.field) ? save.error : null
  return (
    <Modal opened onClose={onClose} title={user?.name ?? t.add} size={560}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate autoComplete="off">
        {unexplained &&
          // The one conflict without a field: nobody would be left to administer.
          (unexplained instanceof ApiError && unexplained.code === 'conflict' ? (
            <Alert color="red" mb="md" role="alert">
              {t.lastAdministrator}
            </Alert>
          ) : (
            <Failure error={unexplained} />
          ))}
        {servers.error && !servers.data && <Failure error={servers.error} />}
        <div className={classes.fields}>
          <TextInput className={classes.wide ?? ''} label={t.name} data-autofocus {...form.getInputProps('name')} />
          <TextInput label={t.email} type="email" autoComplete="off" {...form.getInputProps('email')} />
          <Select
            label={t.role}
            allowDeselect={false}
            data={everyRole.map((role) => ({ value: role, label: roles[role] }))}
            {...form.getInputProps('role')}
          />
          {choices.length > 0 && (
            <Select
              className={classes.wide ?? ''}
              label={t.server}
              description={t.serverHint}
              inputWrapperOrder={order}
              allowDeselect={false}
              data={choices}
              data-testid="person-server"
              {...form.getInputProps('server')}
              value={form.values.server ?? usual}
            />
          )}
          <Autocomplete
            label={t.extension}
            description={t.extensionHint}
            inputWrapperOrder={order}
            data={(known.data?.endpoints ?? []).filter((name) => serverOf(name) === (form.values.server ?? usual)).map(plainName)}
            {...form.getInputProps('extension')}
          />
          <PasswordInput
            label={t.sipPassword}
            description={user === null ? t.sipPasswordHint : t.keep}
            inputWrapperOrder={order}
            autoComplete="new-password"
            {...form.getInputProps('sipPassword')}
          />
          <PasswordInput
            label={user === null ? t.password : t.newPassword}
            description={user !== null ? t.keep : form.errors['password'] ? null : all.field.password}
            inputWrapperOrder={order}
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          {user !== null && <Switch label={t.active} mt={26} {...form.getInputProps('active', { type: 'checkbox' })} />}
          {user !== null && user.role !== 'operator' && <PrivateListening user={user} />}
        </div>
        <div className={classes.actions} style={{ justifyContent: 'flex-end', padding: '20px 0 0' }}>
          <Button variant="default" onClick={onClose}>
            {all.cancel}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!servers.data}>
            {all.save}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']
