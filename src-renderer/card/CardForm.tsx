import { Select } from '@mantine/core'
import { useEffect, useRef } from 'react'
import {
  type CardFields,
  type CardSetup,
  categoriesFor,
  type FieldClash,
  type FieldValue,
  fieldValue,
  formOf,
  inLanguage,
  longTextLimit,
  resultsFor,
  scriptFor,
  shownFieldNames,
} from '../../server/contract/index.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { CallBackField } from './CallBackField.tsx'
import { ClashChoice } from './ClashChoice.tsx'
import classes from './card.module.css'
import { type FieldName, firstEmptyField } from './card-editor.ts'
import { type CategoryChoice, categoryChoices, resultChoices, withChosen } from './choices.ts'
import { ExtraFieldInput } from './ExtraFieldInput.tsx'
import { NoteField } from './NoteField.tsx'
import { SatisfactionField } from './SatisfactionField.tsx'
import { ScriptPanel } from './ScriptPanel.tsx'
import { useChoiceSelect } from './use-choice-select.ts'
import { useDictionaries } from './use-dictionaries.ts'
import { words } from './words.ts'

/** Letters of a label that need more than one column. */
const longLabel = 24

const isTypedIn = (element: Element | null): boolean =>
  element instanceof HTMLElement &&
  element.matches('input:not([type=radio]):not([type=checkbox]), textarea, [contenteditable=true]')

export interface CardFormProps {
  /** null: not an open card (the settings' preview). */
  readonly cardId: string | null
  readonly queue: string | null
  readonly setup: CardSetup
  readonly fields: CardFields
  readonly clashes: readonly FieldClash[]
  /** Nothing has to be filled in, whatever the form says: a word with a colleague. */
  readonly optional?: boolean
  /** Required fields that are empty, once the person was told so. */
  readonly missing: readonly FieldName[]
  /** The cursor goes into the first empty field when this changes; null: it stays where it is. */
  readonly focusOn: string | null
  readonly onType: <F extends FieldName>(name: F, value: FieldValue<F>) => void
}

/** The form of one card, as the administrator has set it up for its queue. Give it the card's id as `key`. */
export function CardForm(props: CardFormProps) {
  const { cardId, queue, setup, fields, optional = false, missing, focusOn, onType } = props
  const t = useWords(words)
  const language = useLanguage()
  const form = useRef<HTMLFormElement>(null)
  const settings = formOf(setup, queue)
  const shown = shownFieldNames(setup, settings)
  useFocus(form, { focusOn: settings && focusOn, first: firstEmptyField(fields, shown), missing })

  const has = (name: FieldName) => shown.includes(name)
  const isRequired = (name: FieldName) =>
    !optional && (settings?.fields.some((field) => field.name === name && field.required) ?? false)
  const error = (name: FieldName) => (missing.includes(name) ? t.required : null)
  const clash = (name: FieldName) => {
    const found = props.clashes.find((one) => one.field === name)
    return found && cardId !== null ? <ClashChoice cardId={cardId} clash={found} /> : null
  }
  const note = { limit: longTextLimit, templates: cardId !== null }
  const extra = setup.extraFields.filter((field) => has(`extra.${field.id}`))
  extra.sort((a, b) => shown.indexOf(`extra.${a.id}`) - shown.indexOf(`extra.${b.id}`))

  return (
    <div className={classes.sheet}>
      <ScriptPanel script={scriptFor(setup, settings, fields.categoryId, language)} />
      <form ref={form} className={classes.form} onSubmit={(event) => event.preventDefault()} aria-label={t.card}>
        {(has('categoryId') || has('resultId')) && (
          <div className={classes.pair} data-area="choice">
            {has('categoryId') && (
              <div>
                <CategoryField {...props} required={isRequired('categoryId')} error={error('categoryId')} />
                {clash('categoryId')}
              </div>
            )}
            {has('resultId') && (
              <div>
                <ResultField {...props} required={isRequired('resultId')} error={error('resultId')} />
                {clash('resultId')}
              </div>
            )}
          </div>
        )}
        {extra.length > 0 && (
          <div className={classes.pair} data-area="extra">
            {extra.map((field) => {
              const name = `extra.${field.id}` as const
              return (
                <div key={field.id} data-wide={inLanguage(field, language).length > longLabel || undefined}>
                  <ExtraFieldInput
                    field={field}
                    value={fieldValue(fields, name)}
                    required={isRequired(name)}
                    error={error(name)}
                    onChange={(value) => onType(name, value)}
                  />
                  {clash(name)}
                </div>
              )
            })}
          </div>
        )}
        {has('description') && (
          <div className={classes.grow} data-area="description">
            <NoteField
              {...note}
              label={t.fields.description}
              placeholder={t.descriptionHint}
              value={fields.description}
              withAsterisk={isRequired('description')}
              error={error('description')}
              onChange={(value) => onType('description', value)}
              lines={4}
              testId="card-field-description"
            />
            {clash('description')}
          </div>
        )}
        {(has('satisfaction') || has('callBack')) && (
          <div className={classes.pair} data-area="after">
            {has('satisfaction') && (
              <div>
                <SatisfactionField
                  value={fields.satisfaction}
                  required={isRequired('satisfaction')}
                  error={error('satisfaction')}
                  onChange={(value) => onType('satisfaction', value)}
                />
                {clash('satisfaction')}
              </div>
            )}
            {has('callBack') && (
              <div>
                <CallBackField
                  callBack={fields.callBack}
                  atMs={fields.callBackAtMs}
                  onCallBack={(value) => onType('callBack', value)}
                  onAt={(value) => onType('callBackAtMs', value)}
                />
                {clash('callBack')}
                {clash('callBackAtMs')}
              </div>
            )}
          </div>
        )}
        {has('notes') && (
          <div data-area="notes">
            <NoteField
              {...note}
              label={t.fields.notes}
              placeholder={t.notesHint}
              value={fields.notes}
              withAsterisk={isRequired('notes')}
              error={error('notes')}
              onChange={(value) => onType('notes', value)}
              lines={3}
              testId="card-field-notes"
            />
            {clash('notes')}
          </div>
        )}
      </form>
    </div>
  )
}

/** The cursor waits in the first empty field, unless the person is typing somewhere else; pressing «Ответить» took it away. */
function useFocus(
  form: React.RefObject<HTMLFormElement | null>,
  { focusOn, first, missing }: { focusOn: string | null; first: FieldName | null; missing: readonly FieldName[] },
): void {
  const focus = (name: FieldName | undefined | null, preventScroll = false) => {
    const field = name ? form.current?.querySelector<HTMLElement>(`[data-testid="card-field-${name}"]`) : null
    const target = field?.querySelector<HTMLElement>('input') ?? field
    target?.focus({ preventScroll })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the card opens and when it is answered, not at each letter
  useEffect(() => {
    if (focusOn !== null && !isTypedIn(document.activeElement)) focus(first, true)
  }, [focusOn])
  const [asked] = missing
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the first missing field is another one than before
  useEffect(() => focus(asked), [asked])
}

type FieldProps = CardFormProps & { readonly required: boolean; readonly error: string | null }

function CategoryField({ setup, queue, fields, onType, required, error }: FieldProps) {
  const t = useWords(words)
  const language = useLanguage()
  const { categories } = useDictionaries()
  const offered = categoryChoices(categoriesFor(setup, formOf(setup, queue)), setup.categories, language)
  const data = withChosen(offered, fields.categoryId, (value): CategoryChoice => {
    const label = categories.name(value) ?? value
    return { value, label, name: label, level: 0 }
  })
  const select = useChoiceSelect({ data, value: fields.categoryId, onChange: (value) => onType('categoryId', value) })
  return (
    <Select
      {...select}
      label={t.fields.categoryId}
      withAsterisk={required}
      error={error}
      // A path is longer than its field.
      title={data.find(({ value }) => value === fields.categoryId)?.label}
      renderOption={({ option }) => {
        const choice = data.find(({ value }) => value === option.value)
        return <span style={{ paddingInlineStart: (choice?.level ?? 0) * 16 }}>{choice?.name ?? option.label}</span>
      }}
      data-testid="card-field-categoryId"
    />
  )
}

function ResultField({ setup, fields, onType, required, error }: FieldProps) {
  const t = useWords(words)
  const language = useLanguage()
  const data = withChosen(resultChoices(resultsFor(setup, fields.categoryId), language), fields.resultId, (value) => {
    const known = setup.results.find((one) => one.id === value)
    return { value, label: known ? inLanguage(known, language) : value }
  })
  const select = useChoiceSelect({ data, value: fields.resultId, onChange: (value) => onType('resultId', value) })
  return <Select {...select} label={t.fields.resultId} withAsterisk={required} error={error} data-testid="card-field-resultId" />
}
