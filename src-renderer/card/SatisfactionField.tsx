import { Tooltip } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useId } from 'react'
import { useWords } from '../app/i18n.ts'
import classes from './card.module.css'
import { words } from './words.ts'

const marks = [1, 2, 3, 4, 5] as const

interface SatisfactionFieldProps {
  readonly value: number | null
  readonly required: boolean
  readonly error: string | null
  readonly onChange: (value: number | null) => void
}

/** Five marks as native radios: arrows and digits choose, Backspace or the cross clears. */
export function SatisfactionField({ value, required, error, onChange }: SatisfactionFieldProps) {
  const t = useWords(words)
  const name = useId()
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (/^[1-5]$/.test(event.key)) onChange(Number(event.key))
    else if (event.key === 'Backspace' || event.key === 'Delete') onChange(null)
    else return
    event.preventDefault()
  }
  return (
    <fieldset
      className={classes.satisfaction}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      data-value={value ?? ''}
      data-testid="card-field-satisfaction"
    >
      <legend className={classes.legend} data-missing={error !== null || undefined}>
        {t.fields.satisfaction}
        {required && <span className={classes.asterisk}> *</span>}
      </legend>
      <div className={classes.marks}>
        {marks.map((mark) => (
          <Tooltip key={mark} label={t.satisfactionWords[mark - 1]}>
            <label className={classes.mark} data-chosen={value === mark || undefined}>
              <input
                type="radio"
                name={name}
                checked={value === mark}
                onChange={() => onChange(mark)}
                aria-label={`${t.satisfactionOf(mark)}: ${t.satisfactionWords[mark - 1]}`}
                data-testid={`card-field-satisfaction-${mark}`}
              />
              {mark}
            </label>
          </Tooltip>
        ))}
        {value !== null && (
          <button type="button" className={classes.clear} onClick={() => onChange(null)} title={t.clear} aria-label={t.clear}>
            <IconX size={14} stroke={1.75} aria-hidden />
          </button>
        )}
      </div>
      {error !== null && <div className={classes.fieldError}>{error}</div>}
    </fieldset>
  )
}
