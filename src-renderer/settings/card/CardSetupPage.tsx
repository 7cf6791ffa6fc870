import { Alert, Button, Tabs } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  ApiError,
  type CardFields,
  type CardSetup,
  changesOfEntries,
  checkSetup,
  checkSetupChange,
  emptyCardFields,
  inLanguage,
  type SetupProblem,
  withChanges,
} from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { CardForm } from '../../card/CardForm.tsx'
import { ErrorState, LoadingLines, useErrorWords } from '../../ui/index.ts'
import { CategoriesTab } from './CategoriesTab.tsx'
import classes from './card-setup.module.css'
import { ExtraFieldsTab } from './ExtraFieldsTab.tsx'
import { FormsTab } from './FormsTab.tsx'
import { ResultsTab } from './ResultsTab.tsx'
import { words } from './words.ts'

const key = ['cardSetup']

/** What the card asks for: categories, results, own fields, and the form of each queue, with the card beside it. */
export function CardSetupPage() {
  const api = useApi()
  const stored = useQuery({ queryKey: key, queryFn: () => api.cardSetup() })
  if (stored.data) return <Editor stored={stored.data} />
  return stored.error ? <ErrorState error={stored.error} onRetry={stored.refetch} /> : <LoadingLines lines={8} height={28} />
}

/** What every tab works on. */
export interface TabProps {
  readonly setup: CardSetup
  /** As the server has it. */
  readonly saved: CardSetup
  readonly onChange: (setup: CardSetup) => void
}

function Editor({ stored }: { stored: { version: number; setup: CardSetup } }) {
  const t = useWords(words)
  const api = useApi()
  const queries = useQueryClient()
  const [base, setBase] = useState(stored)
  const [edited, setEdited] = useState<CardSetup | null>(null)
  const [queue, setQueue] = useState<string | null>(null)
  const setup = edited ?? base.setup
  // Somebody else's save is taken over while nothing is being edited here.
  if (edited === null && stored.version > base.version) setBase(stored)
  const save = useMutation({
    mutationFn: () => api.saveCardSetup({ body: { baseVersion: base.version, setup } }),
    onSuccess: (next) => {
      queries.setQueryData(key, next)
      setBase(next)
      setEdited(null)
      notifications.show({ message: t.saved })
    },
  })
  const problems = { ...checkSetup(setup), ...checkSetupChange(base.setup, setup) }
  const change = (next: CardSetup) => setEdited(next)
  const tab = { setup, saved: base.setup, onChange: change }
  return (
    <div className={classes.page}>
      <div className={classes.editor}>
        <Tabs defaultValue="forms" keepMounted={false} className={classes.tabs}>
          <Tabs.List>
            {(['forms', 'categories', 'results', 'extraFields'] as const).map((id) => (
              <Tabs.Tab key={id} value={id}>
                {t.tabs[id]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="forms">
            <FormsTab {...tab} queue={queue} onQueue={setQueue} />
          </Tabs.Panel>
          <Tabs.Panel value="categories">
            <CategoriesTab {...tab} />
          </Tabs.Panel>
          <Tabs.Panel value="results">
            <ResultsTab {...tab} />
          </Tabs.Panel>
          <Tabs.Panel value="extraFields">
            <ExtraFieldsTab {...tab} />
          </Tabs.Panel>
        </Tabs>
        <SaveBar
          dirty={edited !== null}
          setup={setup}
          problems={problems}
          error={save.error}
          saving={save.isPending}
          onSave={() => save.mutate()}
          onRevert={() => {
            save.reset()
            setEdited(null)
            void queries.invalidateQueries({ queryKey: key })
          }}
        />
      </div>
      <Preview key={queue} setup={setup} queue={queue} />
    </div>
  )
}

interface SaveBarProps {
  readonly dirty: boolean
  readonly setup: CardSetup
  readonly problems: Readonly<Record<string, SetupProblem>>
  readonly error: Error | null
  readonly saving: boolean
  readonly onSave: () => void
  readonly onRevert: () => void
}

function SaveBar({ dirty, setup, problems, error, saving, onSave, onRevert }: SaveBarProps) {
  const t = useWords(words)
  const failure = useErrorWords(error)
  const place = usePlace(setup)
  const wrong = Object.entries(problems)
  const conflict = error instanceof ApiError && error.code === 'conflict'
  return (
    <div className={classes.saveBar}>
      {wrong.length > 0 && (
        <Alert color="yellow" variant="light" role="alert" data-testid="setup-problems">
          {t.problems(wrong.length)} {wrong.map(([path, problem]) => `${place(path)} — ${t.problem[problem]}`).join('; ')}
        </Alert>
      )}
      {error && (
        <Alert color="red" variant="light" role="alert">
          {conflict ? t.conflict : failure.title}
        </Alert>
      )}
      <div className={classes.saveActions}>
        {dirty && <span className={classes.note}>{t.unsaved}</span>}
        <Button variant="default" disabled={!dirty} onClick={onRevert}>
          {conflict ? t.reload : t.revert}
        </Button>
        <Button disabled={!dirty || wrong.length > 0} loading={saving} onClick={onSave} data-testid="setup-save">
          {t.save}
        </Button>
      </div>
    </div>
  )
}

/** The place of a fault in words: its tab and its entry. */
function usePlace(setup: CardSetup): (path: string) => string {
  const t = useWords(words)
  const language = useLanguage()
  return (path) => {
    const [list, at] = path.split('.')
    if (list === 'forms') return at === undefined ? t.tabs.forms : (setup.forms[Number(at)]?.queue ?? t.commonForm)
    if (list !== 'categories' && list !== 'results' && list !== 'extraFields') return path
    const entry = setup[list][Number(at)] ?? setup[list].find(({ id }) => id === at)
    const name = entry ? inLanguage(entry, language) : ''
    return `${t.tabs[list]}: ${name === '' ? t.unnamed : name}`
  }
}

/** The card itself, to try: nothing typed here goes anywhere. */
function Preview({ setup, queue }: { setup: CardSetup; queue: string | null }) {
  const t = useWords(words)
  const [fields, setFields] = useState<CardFields>(emptyCardFields)
  return (
    <aside className={classes.preview} aria-label={t.preview} data-testid="setup-preview">
      <div className={classes.note}>{t.preview}</div>
      <div className={classes.previewCard}>
        <CardForm
          cardId={null}
          queue={queue}
          setup={setup}
          fields={fields}
          clashes={[]}
          missing={[]}
          focusOn={null}
          onType={(name, value) => setFields((now) => withChanges(now, changesOfEntries([[name, value]])))}
        />
      </div>
    </aside>
  )
}
