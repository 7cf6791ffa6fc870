import { Select } from '@mantine/core'
import type { RecordTrial } from '../../../server/contract/index.ts'
import { useWords } from '../../app/i18n.ts'
import classes from './Record.module.css'
import { words } from './words.ts'

interface ColumnMappingProps {
  readonly columns: NonNullable<RecordTrial['columns']>
  readonly mapping: Readonly<Record<string, string>>
  readonly onChange: (mapping: Readonly<Record<string, string>>) => void
}

/** Which column of the table stands for what, from the columns it really has. */
export function ColumnMapping({ columns, mapping, onChange }: ColumnMappingProps) {
  const t = useWords(words)
  const name = (field: string, column: string | null) => {
    const { [field]: _, ...others } = mapping
    onChange(column === null ? others : { ...others, [field]: column })
  }
  // All were found by their usual names: nothing to do here.
  const open = Object.keys(mapping).length > 0 || columns.fields.some(({ column, required }) => required && column === null)
  // What is needed and missing is seen first.
  const fields = columns.fields.toSorted(
    (a, b) => Number(b.required && b.column === null) - Number(a.required && a.column === null),
  )
  return (
    <details className={classes.trial} open={open} data-testid="source-columns">
      <summary>{t.dialog.columns}</summary>
      <p className={classes.muted}>{t.dialog.columnsHint}</p>
      <div className={classes.columns}>
        {fields.map(({ field, column, required }) => {
          const own = mapping[field]
          const missing = required && column === null && own === undefined
          return (
            <div key={field} className={classes.column} data-missing={missing || undefined}>
              <span>
                {t.fields[field] ?? field} {required && missing && <small>· {t.dialog.required}</small>}
              </span>
              <Select
                size="xs"
                searchable
                clearable={own !== undefined}
                aria-label={t.fields[field] ?? field}
                placeholder={column ?? (own === undefined ? t.dialog.absent : own)}
                data={[...columns.present]}
                value={own !== undefined && columns.present.includes(own) ? own : null}
                onChange={(value) => name(field, value)}
                data-testid={`column-${field}`}
              />
            </div>
          )
        })}
      </div>
    </details>
  )
}
