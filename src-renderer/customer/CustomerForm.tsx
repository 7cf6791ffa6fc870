import { ActionIcon, Button, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Customer, CustomerFields } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { NoteField } from '../card/NoteField.tsx'
import { useErrorWords } from '../ui/index.ts'
import { words as uiWords } from '../ui/words.ts'
import classes from './customer.module.css'
import { afterClash, type CustomerDraft, changedFields, cleaned } from './customer-draft.ts'
import { keepDraft } from './customer-drafts.ts'
import { words } from './words.ts'

/** What the server takes. */
const longestNotes = 4_000

interface CustomerFormProps {
  readonly cardId: string
  readonly draft: CustomerDraft
  readonly onDraft: (draft: CustomerDraft | null) => void
  readonly onSaved: (customer: Customer, created: boolean) => void
}

/** A customer created or changed in its place. Enter saves, Esc leaves. */
export function CustomerForm({ cardId, draft, onDraft, onSaved }: CustomerFormProps) {
  const t = useWords(words)
  const ui = useWords(uiWords)
  const api = useApi()
  const [told, setTold] = useState(false)
  const { id, fields, customer } = draft
  const behind = ` ${ui.extension('')}`
  const change = (part: Partial<CustomerFields>) => {
    const clashes = draft.clashes.filter(({ field }) => !(field in part))
    const next = { ...draft, fields: { ...fields, ...part }, clashes }
    keepDraft(cardId, next)
    onDraft(next)
  }
  const leave = () => {
    keepDraft(cardId, null)
    onDraft(null)
  }
  const save = useMutation({
    mutationFn: async () => {
      if (!customer) return { customer: await api.createCustomer({ params: { id }, body: cleaned(fields) }), clashes: [] }
      const body = { baseVersion: customer.version, changes: changedFields(draft) }
      return api.changeCustomer({ params: { id: customer.id }, body })
    },
    onSuccess: (answer) => {
      if (answer.clashes.length > 0) {
        const next = afterClash(draft, answer.customer, answer.clashes)
        keepDraft(cardId, next)
        return onDraft(next)
      }
      leave()
      notifications.show({ message: t.saved })
      onSaved(answer.customer, customer === null)
    },
  })
  const problem = useErrorWords(save.error)
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    if (fields.name.trim() === '') setTold(true)
    else if (customer && Object.keys(changedFields(draft)).length === 0) leave()
    else save.mutate()
  }
  const clash = (field: keyof CustomerFields) => {
    const found = draft.clashes.find((one) => one.field === field)
    if (!found) return null
    const theirs = Array.isArray(found.theirs) ? found.theirs.join(', ') : String(found.theirs ?? '')
    return (
      <div className={classes.clash} role="alert" data-testid="customer-clash">
        {t.clash(theirs)}{' '}
        <Button size="compact-xs" variant="default" onClick={() => customer && change({ [field]: customer[field] })}>
          {t.takeTheirs}
        </Button>
      </div>
    )
  }
  return (
    <form
      className={classes.form}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        // It leaves the form, not what the form stands in.
        event.preventDefault()
        leave()
      }}
      aria-label={customer ? t.edit : t.create}
      data-testid="customer-form"
    >
      <TextInput
        label={t.name}
        dir="auto"
        data-autofocus
        autoFocus
        maxLength={200}
        value={fields.name}
        error={told && fields.name.trim() === '' ? t.required : null}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-testid="customer-name-input"
      />
      {clash('name')}
      <fieldset className={classes.phones}>
        <legend className={classes.legend}>{t.phones}</legend>
        {fields.phones.map((phone, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines being typed have no other name
          <div key={at} className={classes.phone}>
            <TextInput
              type="tel"
              maxLength={60}
              aria-label={t.phone(at + 1)}
              // As people write what the server keeps as `;ext=12`, and back: what was typed and undone has changed nothing.
              value={phone.replace(';ext=', behind)}
              onChange={(event) => change({ phones: fields.phones.with(at, event.currentTarget.value.replace(behind, ';ext=')) })}
              data-testid="customer-phone-input"
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t.removePhone}
              onClick={() => change({ phones: fields.phones.filter((_, index) => index !== at) })}
            >
              <IconX size={16} stroke={1.5} />
            </ActionIcon>
          </div>
        ))}
        {clash('phones')}
        {fields.phones.length < 20 && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={14} stroke={1.5} />}
            onClick={() => change({ phones: [...fields.phones, ''] })}
          >
            {t.addPhone}
          </Button>
        )}
      </fieldset>
      <TextInput
        label={t.address}
        dir="auto"
        maxLength={500}
        value={fields.address}
        onChange={(event) => change({ address: event.currentTarget.value })}
      />
      {clash('address')}
      <NoteField
        label={t.notes}
        lines={[1, 4]}
        limit={longestNotes}
        value={fields.notes}
        onChange={(notes) => change({ notes })}
        testId="customer-notes-input"
      />
      {clash('notes')}
      <TextInput
        label={t.tag}
        placeholder={t.tagHint}
        maxLength={24}
        value={fields.tag ?? ''}
        onChange={(event) => change({ tag: event.currentTarget.value })}
      />
      {clash('tag')}
      {save.error && (
        <div className={classes.clash} role="alert">
          {t.saveFailed}. {problem.title}
        </div>
      )}
      <div className={classes.formActions}>
        <Button size="xs" type="submit" loading={save.isPending} data-testid="customer-save">
          {t.save}
        </Button>
        <Button size="xs" variant="default" onClick={leave}>
          {t.cancel}
        </Button>
      </div>
    </form>
  )
}
