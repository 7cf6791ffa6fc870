import { Select, Textarea } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { CardFields } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { CallBackField } from './CallBackField.tsx'
import { ClashChoice } from './ClashChoice.tsx'
import classes from './card.module.css'
import { type FieldName, firstEmptyField } from './card-editor.ts'
import type { DeskEntry } from './desk-state.ts'
import { useDesk } from './desk-store.ts'
import { SatisfactionField } from './SatisfactionField.tsx'
import { useDictionaries } from './use-dictionaries.ts'
import { words } from './words.ts'

const isTypedIn = (element: Element | null): boolean =>
  element instanceof HTMLElement &&
  element.matches('input:not([type=radio]):not([type=checkbox]), textarea, [contenteditable=true]')

/** The form of one open card. Give it the card's id as `key`. */
export function CardForm({ entry }: { entry: DeskEntry }) {
  const t = useWords(words)
  const desk = useDesk()
  const { categories, results } = useDictionaries()
  const form = useRef<HTMLFormElement>(null)
  const { card, fields } = entry
  const type = <F extends FieldName>(name: F, value: CardFields[F]) => desk?.type(card.id, name, value)

  // The cursor waits in the first empty field, unless the person is typing somewhere else; pressing «Ответить» took it away.
  const answered = card.state !== 'ringing'
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the card opens and when it is answered, not at each letter
  useEffect(() => {
    const first = firstEmptyField(fields)
    if (first === null || isTypedIn(document.activeElement)) return
    const field = form.current?.querySelector<HTMLElement>(`[data-testid="card-field-${first}"]`)
    const target = field?.querySelector<HTMLElement>('input') ?? field
    target?.focus({ preventScroll: true })
  }, [answered])

  const clash = (name: FieldName) => {
    const found = entry.clashes.find((one) => one.field === name)
    return found ? <ClashChoice cardId={card.id} clash={found} /> : null
  }
  const select = {
    searchable: true,
    clearable: true,
    openOnFocus: false,
    placeholder: t.choose,
    nothingFoundMessage: t.nothingFound,
  }

  return (
    <div className={classes.sheet}>
      <form ref={form} className={classes.form} onSubmit={(event) => event.preventDefault()} aria-label={t.card}>
        <div className={classes.pair}>
          <div>
            <Select
              {...select}
              label={t.fields.categoryId}
              data={categories.options}
              value={fields.categoryId}
              onChange={(value) => type('categoryId', value)}
              data-testid="card-field-categoryId"
            />
            {clash('categoryId')}
          </div>
          <div>
            <Select
              {...select}
              label={t.fields.resultId}
              data={results.options}
              value={fields.resultId}
              onChange={(value) => type('resultId', value)}
              data-testid="card-field-resultId"
            />
            {clash('resultId')}
          </div>
        </div>
        <div className={classes.grow}>
          <Textarea
            label={t.fields.description}
            placeholder={t.descriptionHint}
            value={fields.description}
            maxLength={10_000}
            onChange={(event) => type('description', event.currentTarget.value)}
            classNames={{ root: classes.area, wrapper: classes.areaWrapper, input: classes.areaInput }}
            data-testid="card-field-description"
          />
          {clash('description')}
        </div>
        <div className={classes.pair}>
          <div>
            <SatisfactionField value={fields.satisfaction} onChange={(value) => type('satisfaction', value)} />
            {clash('satisfaction')}
          </div>
          <div>
            <CallBackField
              callBack={fields.callBack}
              atMs={fields.callBackAtMs}
              onCallBack={(value) => type('callBack', value)}
              onAt={(value) => type('callBackAtMs', value)}
            />
            {clash('callBack')}
            {clash('callBackAtMs')}
          </div>
        </div>
        <div>
          <Textarea
            label={t.fields.notes}
            placeholder={t.notesHint}
            value={fields.notes}
            maxLength={10_000}
            rows={3}
            classNames={{ root: classes.area, wrapper: classes.areaWrapper, input: classes.areaInput }}
            onChange={(event) => type('notes', event.currentTarget.value)}
            data-testid="card-field-notes"
          />
          {clash('notes')}
        </div>
      </form>
    </div>
  )
}
