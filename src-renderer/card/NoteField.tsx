import { ActionIcon, Button, Combobox, Menu, Textarea, Tooltip, useCombobox } from '@mantine/core'
import { IconTemplate } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Link } from 'wouter'
import type { NoteTemplate } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { fitting, inserted, matchingTemplates, roomOf, templateQuery } from './limited-text.ts'
import classes from './NoteField.module.css'
import { words } from './words.ts'

interface NoteFieldProps {
  readonly label: string
  readonly value: string
  readonly limit: number
  readonly onChange: (value: string) => void
  readonly testId: string
  readonly placeholder?: string
  readonly error?: string | null
  readonly withAsterisk?: boolean
  /** At least, sharing the room there is; two numbers: from so many to so many, growing with the text. */
  readonly lines: number | readonly [least: number, most: number]
  /** The cursor waits here when the dialog opens. */
  readonly focused?: boolean
  readonly readOnly?: boolean
  /** Templates are offered, by `/` and by a button. */
  readonly templates?: boolean
}

interface Refused {
  readonly text: string
  readonly from: number
  readonly to: number
}

/**
 * A text of limited length. The limit is said before it is reached; what does not fit is not cut off behind one's back: it
 * stays where it came from, and its beginning is put in only when asked for.
 */
export function NoteField(props: NoteFieldProps) {
  const { label, value, limit, testId, lines, error = null, withAsterisk = false, placeholder, readOnly = false } = props
  const shares = typeof lines === 'number'
  // The server takes it out as well: what it has and what is shown stay the same.
  const onChange = (text: string) => props.onChange(text.replaceAll('\0', ''))
  const t = useWords(words)
  const format = useFormat()
  const area = useRef<HTMLTextAreaElement>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const room = roomOf(value, limit)
  const { combobox, matches, slash, put } = useTemplates(props, area, setRefused)

  const insert = (event: React.SyntheticEvent<HTMLTextAreaElement>, text: string) => {
    const { selectionStart: from, selectionEnd: to } = event.currentTarget
    if (readOnly || text.length <= roomOf(value, limit, to - from).left) return setRefused(null)
    event.preventDefault()
    setRefused({ text, from, to })
  }
  const insertBeginning = () => {
    if (!refused) return
    const { from, to, text } = refused
    onChange(inserted(value, { from, to, insert: fitting(text, roomOf(value, limit, to - from).left) }))
    setRefused(null)
    area.current?.focus()
  }

  return (
    <div className={shares ? classes.noteField : undefined}>
      <Combobox store={combobox} position="bottom-start" width={320} onOptionSubmit={put}>
        <Combobox.DropdownTarget>
          <div className={shares ? classes.noteArea : undefined}>
            <Combobox.EventsTarget>
              <Textarea
                ref={area}
                dir="auto"
                label={
                  <>
                    {label}
                    {room.near && (
                      <span className={classes.noteCount} data-full={room.full || undefined}>
                        {t.limit.used(format.number(value.length), format.number(limit))}
                      </span>
                    )}
                  </>
                }
                labelProps={{ className: classes.noteLabelRow }}
                withAsterisk={withAsterisk}
                error={error}
                placeholder={placeholder}
                value={value}
                maxLength={limit}
                readOnly={readOnly}
                autosize={!shares}
                {...(shares ? { rows: lines } : { minRows: lines[0], maxRows: lines[1] })}
                onChange={(event) => {
                  onChange(event.currentTarget.value)
                  if (slash(event.currentTarget) === null) combobox.closeDropdown()
                  else combobox.openDropdown()
                }}
                onBlur={() => combobox.closeDropdown()}
                onPaste={(event) => insert(event, event.clipboardData.getData('text/plain'))}
                onDrop={(event) => insert(event, event.dataTransfer.getData('text/plain'))}
                {...(shares && { classNames: { root: classes.area, wrapper: classes.areaWrapper, input: classes.areaInput } })}
                data-autofocus={props.focused || undefined}
                data-testid={testId}
              />
            </Combobox.EventsTarget>
          </div>
        </Combobox.DropdownTarget>
        <Combobox.Dropdown hidden={matches.length === 0}>
          <Combobox.Options mah={220} className={classes.templates}>
            {matches.map((template) => (
              <Combobox.Option key={template.id} value={template.id}>
                <div className={classes.templateTitle}>{template.title}</div>
                <div className={classes.templateBody}>{template.body}</div>
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {props.templates && <TemplateMenu onPut={put} />}
      {refused && (
        <div className={classes.refused} role="alert" data-testid="text-refused">
          <span>{t.limit.refused(format.number(refused.text.length), format.number(roomOf(value, limit).left))}</span>
          {room.left > 0 && (
            <Button size="compact-xs" variant="light" onClick={insertBeginning} data-testid="insert-beginning">
              {t.limit.insertBeginning}
            </Button>
          )}
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setRefused(null)}>
            {t.limit.leave}
          </Button>
        </div>
      )}
    </div>
  )
}

function useNoteTemplates(wanted: boolean): NoteTemplate[] {
  const api = useApi()
  const { data } = useQuery({
    queryKey: ['noteTemplates'],
    queryFn: () => api.noteTemplates(),
    staleTime: 5 * 60_000,
    enabled: wanted,
  })
  return data?.templates ?? []
}

function useTemplates(
  props: NoteFieldProps,
  area: React.RefObject<HTMLTextAreaElement | null>,
  refuse: (refused: Refused) => void,
) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const templates = useNoteTemplates(props.templates ?? false)
  const [query, setQuery] = useState('')
  const slash = (element: HTMLTextAreaElement) => {
    const found = props.templates ? templateQuery(element.value, element.selectionStart) : null
    setQuery(found?.query ?? '')
    if (found) queueMicrotask(() => combobox.selectFirstOption())
    return found
  }
  /** In place of the slash and its word, or at the cursor. */
  const put = (id: string) => {
    const element = area.current
    const template = templates.find((one) => one.id === id)
    if (!element || !template) return
    const to = element.selectionEnd
    const found = templateQuery(props.value, element.selectionStart)
    const from = found ? found.from : element.selectionStart
    const insert = template.body
    combobox.closeDropdown()
    if (insert.length > roomOf(props.value, props.limit, to - from).left) return refuse({ text: insert, from, to })
    props.onChange(inserted(props.value, { from, to, insert }))
    requestAnimationFrame(() => {
      element.focus()
      element.setSelectionRange(from + insert.length, from + insert.length)
    })
  }
  return { combobox, slash, put, matches: combobox.dropdownOpened ? matchingTemplates(templates, query) : [] }
}

function TemplateMenu({ onPut }: { onPut: (id: string) => void }) {
  const t = useWords(words)
  const templates = useNoteTemplates(true)
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Tooltip label={t.templates.button}>
          <ActionIcon
            size={22}
            variant="subtle"
            color="gray"
            className={classes.templateButton}
            aria-label={t.templates.button}
            data-testid="templates"
          >
            <IconTemplate size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown className={classes.templates}>
        {templates.length === 0 && <Menu.Label>{t.templates.none}</Menu.Label>}
        {templates.map((template) => (
          <Menu.Item key={template.id} onClick={() => onPut(template.id)}>
            <div className={classes.templateTitle}>{template.title}</div>
            <div className={classes.templateBody}>{template.body}</div>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} href="/settings/templates">
          {t.templates.manage}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
