import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus } from '@tabler/icons-react'
import { useWords } from '../../app/i18n.ts'
import classes from './card-setup.module.css'
import { words } from './words.ts'

export interface EntryRow {
  readonly id: string
  readonly name: string
  readonly level: number
  readonly archived: boolean
}

interface EntryEditorProps {
  readonly label: string
  readonly rows: readonly EntryRow[]
  readonly chosenId: string | null
  readonly onChoose: (id: string) => void
  readonly onAdd: () => void
  readonly onMove: (id: string, by: 1 | -1) => void
  /** The chosen entry's own fields. */
  readonly children: React.ReactNode
}

/** A list of entries with the chosen one's fields beside it. */
export function EntryEditor({ label, rows, chosenId, onChoose, onAdd, onMove, children }: EntryEditorProps) {
  const t = useWords(words)
  return (
    <div className={classes.entries}>
      <div className={classes.entryList}>
        <div className={classes.entryRows} role="listbox" aria-label={label}>
          {rows.map((row) => (
            <button
              key={row.id}
              type="button"
              role="option"
              aria-selected={row.id === chosenId}
              className={classes.entryRow}
              data-archived={row.archived || undefined}
              style={{ paddingInlineStart: 10 + row.level * 16 }}
              onClick={() => onChoose(row.id)}
            >
              <span className={classes.entryName}>{row.name === '' ? t.unnamed : row.name}</span>
              {row.archived && <span className={classes.note}>{t.removed}</span>}
            </button>
          ))}
        </div>
        <div className={classes.entryTools}>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} stroke={1.5} />}
            onClick={onAdd}
            data-testid="entry-add"
          >
            {t.add}
          </Button>
          {([-1, 1] as const).map((by) => (
            <ActionIcon
              key={by}
              size={30}
              variant="default"
              aria-label={by < 0 ? t.up : t.down}
              disabled={chosenId === null}
              onClick={() => chosenId !== null && onMove(chosenId, by)}
            >
              {by < 0 ? <IconArrowUp size={14} stroke={1.5} /> : <IconArrowDown size={14} stroke={1.5} />}
            </ActionIcon>
          ))}
        </div>
      </div>
      <div className={classes.entryFields}>{children ?? <div className={classes.note}>{t.nothingChosen}</div>}</div>
    </div>
  )
}

interface NameFieldsProps {
  readonly entry: { readonly id: string; readonly ru: string; readonly en: string }
  readonly onChange: (change: { ru?: string; en?: string }) => void
}

export function NameFields({ entry, onChange }: NameFieldsProps) {
  const t = useWords(words)
  return (
    <div className={classes.two}>
      <TextInput
        key={`${entry.id}-ru`}
        autoFocus={entry.ru === '' && entry.en === ''}
        label={t.name}
        maxLength={120}
        value={entry.ru}
        onChange={(event) => onChange({ ru: event.currentTarget.value })}
        data-testid="entry-ru"
      />
      <TextInput
        label={t.nameEn}
        placeholder={t.nameEnHint}
        maxLength={120}
        value={entry.en}
        onChange={(event) => onChange({ en: event.currentTarget.value })}
        data-testid="entry-en"
      />
    </div>
  )
}

/** Takes an entry out of new cards, or back. */
export function RemoveButton({ archived, onRemove, onRestore }: RemoveButtonProps) {
  const t = useWords(words)
  return (
    <div>
      <Button size="xs" variant="default" onClick={archived ? onRestore : onRemove} data-testid="entry-remove">
        {archived ? t.restore : t.remove}
      </Button>
      {archived && <div className={classes.note}>{t.removedHint}</div>}
    </div>
  )
}

interface RemoveButtonProps {
  readonly archived: boolean
  readonly onRemove: () => void
  readonly onRestore: () => void
}
