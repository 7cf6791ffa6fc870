import { ActionIcon } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react'

interface RowActionsProps<Row> {
  readonly rows: readonly Row[]
  readonly at: number
  readonly name: string
  readonly t: { readonly up: string; readonly down: string; readonly remove: string }
  /** So many rows have to stay. */
  readonly least?: number
  readonly onChange: (rows: readonly Row[]) => void
}

/** Moves one row of an ordered list, or takes it out. */
export function RowActions<Row>({ rows, at, name, t, least = 0, onChange }: RowActionsProps<Row>) {
  const without = rows.toSpliced(at, 1)
  const move = (by: number) => onChange(without.toSpliced(at + by, 0, ...rows.slice(at, at + 1)))
  return (
    <div style={{ display: 'flex' }}>
      <ActionIcon aria-label={`${t.up}: ${name}`} disabled={at === 0} onClick={() => move(-1)}>
        <IconArrowUp size={16} stroke={1.5} />
      </ActionIcon>
      <ActionIcon aria-label={`${t.down}: ${name}`} disabled={at === rows.length - 1} onClick={() => move(1)}>
        <IconArrowDown size={16} stroke={1.5} />
      </ActionIcon>
      <ActionIcon aria-label={`${t.remove}: ${name}`} disabled={rows.length <= least} onClick={() => onChange(without)}>
        <IconTrash size={16} stroke={1.5} />
      </ActionIcon>
    </div>
  )
}
