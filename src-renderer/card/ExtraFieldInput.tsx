import { NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type ExtraField, type ExtraValue, extraFieldName, extraTextLimit, inLanguage } from '../../server/contract/index.ts'
import { useLanguage } from '../app/i18n.ts'
import { type Choice, withChosen } from './choices.ts'
import { NoteField } from './NoteField.tsx'
import { useChoiceSelect } from './use-choice-select.ts'
import { YesNoField } from './YesNoField.tsx'

interface ExtraFieldInputProps {
  readonly field: ExtraField
  readonly value: ExtraValue
  readonly required: boolean
  readonly error: string | null
  readonly onChange: (value: ExtraValue) => void
}

/** A field the administrator added, by its kind. */
export function ExtraFieldInput({ field, value, required, error, onChange }: ExtraFieldInputProps) {
  const language = useLanguage()
  const label = inLanguage(field, language)
  const common = { label, error, withAsterisk: required, 'data-testid': `card-field-${extraFieldName(field.id)}` }
  switch (field.kind) {
    case 'text':
      return (
        <NoteField
          label={label}
          error={error}
          withAsterisk={required}
          testId={common['data-testid']}
          value={typeof value === 'string' ? value : ''}
          limit={extraTextLimit}
          onChange={onChange}
          lines={[1, 4]}
        />
      )
    case 'number':
      return <NumberField {...common} value={typeof value === 'number' ? value : null} onChange={onChange} />
    case 'date':
      return (
        <TextInput
          {...common}
          type="date"
          max="9999-12-31"
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        />
      )
    case 'choice':
      return <ChoiceField {...common} field={field} value={typeof value === 'string' ? value : null} onChange={onChange} />
    case 'yesNo':
      return (
        <YesNoField
          label={label}
          required={required}
          error={error}
          value={typeof value === 'boolean' ? value : null}
          onChange={onChange}
          testId={common['data-testid']}
        />
      )
  }
}

interface FieldProps<V> {
  readonly label: string
  readonly error: string | null
  readonly withAsterisk: boolean
  readonly value: V | null
  readonly onChange: (value: V | null) => void
  readonly 'data-testid': string
}

type ChoiceFieldProps = FieldProps<string> & { readonly field: ExtraField }

function ChoiceField({ field, value, onChange, ...rest }: ChoiceFieldProps) {
  const language = useLanguage()
  const choices = field.options
    .filter((option) => !option.archived)
    .map((option): Choice => ({ value: option.id, label: inLanguage(option, language) }))
  const data = withChosen(choices, value, (id) => {
    const option = field.options.find((one) => one.id === id)
    return { value: id, label: option ? inLanguage(option, language) : id }
  })
  return <Select {...rest} {...useChoiceSelect({ data, value, onChange })} />
}

/** Keeps what is typed while it is no number yet (`-`, `1,`). */
function NumberField({ value, onChange, ...rest }: FieldProps<number>) {
  const language = useLanguage()
  const [typed, setTyped] = useState<string | number>(value ?? '')
  const shown = Number(typed) === value || (value === null && Number.isNaN(Number(typed))) ? typed : (value ?? '')
  return (
    <NumberInput
      {...rest}
      hideControls
      decimalSeparator={language === 'ru' ? ',' : '.'}
      allowedDecimalSeparators={[',', '.']}
      value={shown}
      onChange={(next) => {
        setTyped(next)
        const number = typeof next === 'number' ? next : next.trim() === '' ? null : Number(next)
        if (number === null || Number.isFinite(number)) onChange(number)
      }}
    />
  )
}
