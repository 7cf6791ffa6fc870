import { Button, Switch, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type NoteTemplate, sharedTemplateRoles } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useWords } from '../../app/i18n.ts'
import { useUser } from '../../app/session.ts'
import { NoteField } from '../../card/NoteField.tsx'
import { EmptyState, ErrorState, LoadingLines, useErrorWords } from '../../ui/index.ts'
import classes from './card-setup.module.css'
import { words } from './words.ts'

const key = ['noteTemplates']
/** What the server takes. */
const longestTemplate = 4_000

/** Texts ready to insert: the own ones, and for those who may, everybody's. */
export function TemplatesPage() {
  const t = useWords(words).templates
  const api = useApi()
  const user = useUser()
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => api.noteTemplates() })
  const [chosen, setChosen] = useState<NoteTemplate | null>(null)
  const mayShare = sharedTemplateRoles.some((role) => role === user.role)
  const add = () => setChosen({ id: crypto.randomUUID(), shared: mayShare, title: '', body: '' })
  if (!data) return error ? <ErrorState error={error} onRetry={refetch} /> : <LoadingLines lines={6} height={28} />
  const groups = [
    { title: t.shared, templates: data.templates.filter(({ shared }) => shared) },
    { title: t.own, templates: data.templates.filter(({ shared }) => !shared) },
  ]
  return (
    <>
      <p className={classes.note}>{t.note}</p>
      <div className={classes.entries}>
        <div className={classes.entryList}>
          <div className={classes.entryRows}>
            {data.templates.length === 0 && <EmptyState title={t.none} hint={t.noneHint} />}
            {groups.map(
              (group) =>
                group.templates.length > 0 && (
                  <div key={group.title}>
                    <div className={classes.groupTitle}>{group.title}</div>
                    {group.templates.map((template) => (
                      <button
                        key={template.id}
                        type="button"
                        className={classes.entryRow}
                        aria-current={template.id === chosen?.id}
                        onClick={() => setChosen(template)}
                      >
                        <span className={classes.entryName}>{template.title}</span>
                      </button>
                    ))}
                  </div>
                ),
            )}
          </div>
          <div className={classes.entryTools}>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} stroke={1.5} />}
              onClick={add}
              data-testid="template-add"
            >
              {t.add}
            </Button>
          </div>
        </div>
        <div className={classes.entryFields}>
          {chosen && (
            <TemplateForm
              key={chosen.id}
              template={chosen}
              mayShare={mayShare}
              known={data.templates.some(({ id }) => id === chosen.id)}
              onDone={() => setChosen(null)}
            />
          )}
        </div>
      </div>
    </>
  )
}

interface TemplateFormProps {
  readonly template: NoteTemplate
  readonly mayShare: boolean
  readonly known: boolean
  readonly onDone: () => void
}

function TemplateForm({ template, mayShare, known, onDone }: TemplateFormProps) {
  const all = useWords(words)
  const t = all.templates
  const api = useApi()
  const queries = useQueryClient()
  const [typed, setTyped] = useState(template)
  const mayWrite = mayShare || !template.shared
  const put = (one: NoteTemplate) => {
    const { id, ...body } = one
    return api.putNoteTemplate({ params: { id }, body })
  }
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const save = useMutation({
    mutationFn: () => put(typed),
    onSuccess: () => {
      void refresh()
      notifications.show({ message: t.saved })
      onDone()
    },
  })
  const remove = useMutation({
    mutationFn: () => api.deleteNoteTemplate({ params: { id: template.id } }),
    onSuccess: () => {
      void refresh()
      const id = `template-${template.id}`
      const back = () => {
        notifications.hide(id)
        void put(template).then(refresh)
      }
      notifications.show({
        id,
        title: t.deleted,
        message: (
          <Button size="compact-xs" variant="light" onClick={back}>
            {t.undo}
          </Button>
        ),
      })
      onDone()
    },
  })
  const problem = useErrorWords(save.error ?? remove.error)
  return (
    <form
      className={classes.tab}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <TextInput
        label={t.title}
        autoFocus
        maxLength={80}
        readOnly={!mayWrite}
        value={typed.title}
        onChange={(event) => setTyped({ ...typed, title: event.currentTarget.value })}
        data-testid="template-title"
      />
      <NoteField
        label={t.body}
        lines={[5, 14]}
        limit={longestTemplate}
        readOnly={!mayWrite}
        value={typed.body}
        onChange={(body) => setTyped({ ...typed, body })}
        testId="template-body"
      />
      {mayShare && (
        <Switch
          label={t.forAll}
          checked={typed.shared}
          onChange={(event) => setTyped({ ...typed, shared: event.currentTarget.checked })}
        />
      )}
      {(save.error ?? remove.error) && (
        <div role="alert" className={classes.note}>
          {t.failed}. {problem.title}
        </div>
      )}
      {mayWrite && (
        <div className={classes.saveActions}>
          {known && (
            <Button variant="subtle" color="red" onClick={() => remove.mutate()} loading={remove.isPending}>
              {t.remove}
            </Button>
          )}
          <Button
            type="submit"
            disabled={typed.title.trim() === '' || typed.body === ''}
            loading={save.isPending}
            data-testid="template-save"
          >
            {all.save}
          </Button>
        </div>
      )}
    </form>
  )
}
