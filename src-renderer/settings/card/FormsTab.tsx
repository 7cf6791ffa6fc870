import { ActionIcon, Button, Menu, MultiSelect, NumberInput, SegmentedControl, Select } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type CardFieldName, extraIdOf, formOf, inLanguage } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { words as cardWords } from '../../card/words.ts'
import type { TabProps } from './CardSetupPage.tsx'
import classes from './card-setup.module.css'
import { ScriptFields } from './ScriptFields.tsx'
import { addForm, basicFormFields, canBeRequired, changeForm, fieldState, removeForm, setField } from './setup-edit.ts'
import { words } from './words.ts'

interface FormsTabProps extends TabProps {
  readonly queue: string | null
  readonly onQueue: (queue: string | null) => void
}

/** Which fields the card of a queue has, how long its wrap-up is, and what it says at the start. */
export function FormsTab({ setup, onChange, queue, onQueue }: FormsTabProps) {
  const t = useWords(words)
  const language = useLanguage()
  const form = formOf(setup, queue)
  if (!form) return null
  const update = (change: Parameters<typeof changeForm>[2]) => onChange(changeForm(setup, form.queue, change))
  const roots = setup.categories.filter(({ parentId, archived }) => parentId === null && !archived)
  return (
    <div className={classes.tab}>
      <WhoseForm setup={setup} queue={queue} onQueue={onQueue} onChange={onChange} />
      <FieldList {...{ setup, form, onFields: (fields) => update({ fields }) }} />
      <p className={classes.note}>{t.requiredHint}</p>
      <div className={classes.two}>
        <NumberInput
          label={t.wrapUp}
          description={t.wrapUpHint}
          min={0}
          max={1800}
          allowDecimal={false}
          clampBehavior="strict"
          value={form.wrapUpMs / 1000}
          onChange={(value) => update({ wrapUpMs: Number(value) * 1000 })}
          data-testid="setup-wrapup"
        />
        <NumberInput
          label={t.extensions}
          description={t.extensionsHint}
          min={0}
          max={20}
          allowDecimal={false}
          clampBehavior="strict"
          value={form.maxExtensions}
          onChange={(value) => update({ maxExtensions: Number(value) })}
        />
      </div>
      <MultiSelect
        label={t.roots}
        placeholder={form.categoryIds.length === 0 ? t.allRoots : ''}
        data={roots.map((category) => ({ value: category.id, label: inLanguage(category, language) || t.unnamed }))}
        value={form.categoryIds}
        onChange={(categoryIds) => update({ categoryIds })}
        clearable
      />
      <ScriptFields key={form.queue} hint={t.formScriptHint} script={form.script} onChange={(script) => update({ script })} />
    </div>
  )
}

function WhoseForm({ setup, queue, onQueue, onChange }: Omit<FormsTabProps, 'saved'>) {
  const t = useWords(words)
  const api = useApi()
  const known = useQuery({ queryKey: ['queueNames'], queryFn: () => api.queueNames() })
  const queues = known.data?.queues ?? []
  const nameOf = (number: string) => {
    const found = queues.find((one) => one.number === number)
    return found && found.name !== number ? `${found.name} (${number})` : number
  }
  const own = setup.forms.flatMap((form) => (form.queue === null ? [] : [form.queue]))
  const without = queues.filter(({ number }) => !own.includes(number))
  return (
    <div className={classes.whose}>
      <Select
        label={t.form}
        description={queue === null ? t.commonFormHint : null}
        inputWrapperOrder={['label', 'input', 'description']}
        allowDeselect={false}
        data={[{ value: '', label: t.commonForm }, ...own.map((number) => ({ value: number, label: nameOf(number) }))]}
        value={queue ?? ''}
        onChange={(value) => onQueue(value === '' ? null : value)}
        data-testid="setup-queue"
      />
      {queue === null ? (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} stroke={1.5} />}
              disabled={without.length === 0}
              data-testid="setup-add-form"
            >
              {t.addForm}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {without.map(({ number }) => (
              <Menu.Item
                key={number}
                onClick={() => {
                  onChange(addForm(setup, number))
                  onQueue(number)
                }}
              >
                {nameOf(number)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <Button
          variant="default"
          onClick={() => {
            onChange(removeForm(setup, queue))
            onQueue(null)
          }}
        >
          {t.removeForm}
        </Button>
      )}
    </div>
  )
}

type Form = NonNullable<ReturnType<typeof formOf>>

function FieldList({
  setup,
  form,
  onFields,
}: {
  setup: TabProps['setup']
  form: Form
  onFields: (fields: Form['fields']) => void
}) {
  const t = useWords(words)
  const c = useWords(cardWords)
  const language = useLanguage()
  const extra = setup.extraFields.filter((field) => !field.archived).map((field): CardFieldName => `extra.${field.id}`)
  const place = (name: CardFieldName) => {
    const at = form.fields.findIndex((field) => field.name === name)
    return at < 0 ? form.fields.length : at
  }
  extra.sort((a, b) => place(a) - place(b))
  const nameOf = (name: CardFieldName) => {
    const id = extraIdOf(name)
    const field = setup.extraFields.find((one) => one.id === id)
    return field ? inLanguage(field, language) || t.unnamed : c.fields[name as keyof typeof c.fields]
  }
  const swap = (name: CardFieldName, by: 1 | -1) => {
    const other = extra[extra.indexOf(name) + by]
    const [from, to] = [place(name), other === undefined ? -1 : place(other)]
    const [a, b] = [form.fields[from], form.fields[to]]
    if (a && b) onFields(form.fields.with(from, b).with(to, a))
  }
  return (
    <div>
      <div className={classes.label}>{t.fields}</div>
      <div className={classes.fieldList}>
        {[...basicFormFields, ...extra].map((name) => {
          const state = fieldState(form, name)
          return (
            <div key={name} className={classes.fieldRow} data-testid={`setup-field-${name}`}>
              <span className={classes.fieldName}>{nameOf(name)}</span>
              {extraIdOf(name) !== null && (
                <>
                  <ActionIcon
                    size={24}
                    variant="subtle"
                    color="gray"
                    aria-label={`${t.up}: ${nameOf(name)}`}
                    disabled={state === 'hidden'}
                    onClick={() => swap(name, -1)}
                  >
                    <IconArrowUp size={14} stroke={1.5} />
                  </ActionIcon>
                  <ActionIcon
                    size={24}
                    variant="subtle"
                    color="gray"
                    aria-label={`${t.down}: ${nameOf(name)}`}
                    disabled={state === 'hidden'}
                    onClick={() => swap(name, 1)}
                  >
                    <IconArrowDown size={14} stroke={1.5} />
                  </ActionIcon>
                </>
              )}
              <SegmentedControl
                size="xs"
                aria-label={nameOf(name)}
                data={[
                  { value: 'hidden', label: t.hidden },
                  { value: 'shown', label: t.shown },
                  ...(canBeRequired(name) ? [{ value: 'required', label: t.required }] : []),
                ]}
                value={state}
                onChange={(value) => onFields(setField(form, name, value as typeof state))}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}
