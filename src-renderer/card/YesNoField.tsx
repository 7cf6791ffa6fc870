import { IconX } from '@tabler/icons-react'
import { useId } from 'react'
import { useWords } from '../app/i18n.ts'
import classes from './card.module.css'
import { words } from './words.ts'

interface YesNoFieldProps {
  readonly label: string
  readonly required: boolean
  readonly error: string | null
  readonly value: boolean | null
  readonly onChange: (value: boolean | null) => void
  readonly testId: string
}

/** Yes, no, or not asked yet: a tick could not tell the last two apart. */
export function YesNoField({ label, required, error, value, onChange, testId }: YesNoFieldProps) {
  const t = useWords(words)
  const name = useId()
  return (
    <fieldset
      className={classes.satisfaction}
      data-testid={testId}
      onKeyDown={(event) => {
        if (event.key === 'Backspace' || event.key === 'Delete') onChange(null)
      }}
    >
      <legend className={classes.legend} data-missing={error !== null || undefined}>
        {label}
        {required && <span className={classes.asterisk}> *</span>}
      </legend>
      <div className={classes.marks}>
        {[true, false].map((one) => (
          <label key={String(one)} className={classes.yesNo} data-chosen={value === one || undefined}>
            <input type="radio" name={name} checked={value === one} onChange={() => onChange(one)} />
            {one ? t.yes : t.no}
          </label>
        ))}
        {value !== null && (
          <button
            type="button"
            className={classes.clear}
            onClick={() => onChange(null)}
            title={t.clearAnswer}
            aria-label={t.clearAnswer}
          >
            <IconX size={14} stroke={1.75} aria-hidden />
          </button>
        )}
      </div>
      {error !== null && <div className={classes.fieldError}>{error}</div>}
    </fieldset>
  )
}
