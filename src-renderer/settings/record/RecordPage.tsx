import { Button, Group, Modal, Table } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  firstServer,
  foundInstead,
  type ImportSource,
  type RecordKind,
  type RecordSourceSaved,
  type RouteResult,
  type Routes,
} from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { nothing, useFormat } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { uncovers } from '../../app/keys.ts'
import { serverNow } from '../../app/live/live.ts'
import { words as appWords } from '../../app/words.ts'
import { EmptyState, ErrorState, LoadingLines, ToneBadge } from '../../ui/index.ts'
import { Failure } from '../ConnectionPage.tsx'
import shared from '../Settings.module.css'
import { type ServerInUse, serverChoices, usualServer } from '../server-choice.ts'
import { useServersInUse } from '../servers-in-use.ts'
import { ImportGaps, ImportProblems } from './ImportFindings.tsx'
import { stateOf } from './import-progress.ts'
import classes from './Record.module.css'
import { RowTool } from './RowTool.tsx'
import { SourceDialog } from './SourceDialog.tsx'
import { newSource, type SourceValues, valuesOf } from './source-form.ts'
import { trialWords } from './trial-words.ts'
import { words } from './words.ts'

const askAgainMs = 3_000
const kinds: readonly RecordKind[] = ['cdr', 'queueLog', 'cel']
const byKind = (a: ImportSource, b: ImportSource): number => kinds.indexOf(a.kind) - kinds.indexOf(b.kind)
const tones = { away: 'alarm', waiting: 'wait', reading: 'wait', caughtUp: 'ok' } as const

type Asked =
  | {
      readonly for: 'source'
      readonly initial: SourceValues
      readonly saved: RecordSourceSaved | null
      readonly replaces: boolean
    }
  | { readonly for: 'removal'; readonly source: RecordSourceSaved }
  | { readonly for: 'anew'; readonly changed: boolean }

/** Where call records come from, how far they were read, and what in them could not be. */
export function RecordPage() {
  const t = useWords(words)
  const api = useApi()
  const settings = useQuery({ queryKey: ['recordSources'], queryFn: () => api.recordSources() })
  const state = useQuery({ queryKey: ['importState'], queryFn: () => api.importState(), refetchInterval: askAgainMs })
  const servers = useServersInUse()
  const format = useFormat()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const error = settings.error ?? state.error ?? servers.error
  if (!settings.data || !state.data || !servers.data) {
    const retry = () => void Promise.all([settings.refetch(), state.refetch(), servers.refetch()])
    return error ? <ErrorState error={error} onRetry={retry} /> : <LoadingLines lines={8} height={28} />
  }
  const { sources: saved, found, timeZone } = settings.data
  const without = (source: RecordSourceSaved) => saved.filter(({ id }) => id !== source.id)
  const { sources, problems, firstMs, gaps, publishedShare } = state.data
  const server = usualServer(servers.data)
  const ask = (kind: RecordKind, of: string, replaces: boolean) =>
    setAsked({ for: 'source', initial: { ...newSource(kind, timeZone), server: of }, saved: null, replaces })
  const missing = (['cdr', 'queueLog'] as const).filter((kind) => !sources.some((source) => source.kind === kind))
  return (
    <>
      <p className={shared.note}>{t.note}</p>
      {sources.length === 0 ? (
        <div className={classes.sources}>
          <EmptyState title={t.none} hint={t.noneHint} />
        </div>
      ) : (
        <Sources
          sources={sources}
          saved={saved}
          servers={servers.data}
          firstMs={firstMs}
          onEdit={(source) => setAsked({ for: 'source', initial: valuesOf(source), saved: source, replaces: false })}
          onReplace={(kind) => ask(kind, firstServer, true)}
          onRemove={(source) => setAsked({ for: 'removal', source })}
        />
      )}
      {publishedShare !== null && (
        <p className={classes.missing} role="status" data-testid="record-publishing">
          {t.publishing(format.percent(publishedShare))}
        </p>
      )}
      {sources.length > 0 &&
        missing.map((kind) => (
          <p key={kind} className={classes.missing}>
            {t.missingKind[kind]}
          </p>
        ))}
      <div className={classes.actions}>
        <Button
          size="xs"
          leftSection={<IconPlus size={14} stroke={1.75} />}
          onClick={() => ask(missing[0] ?? 'cdr', server, false)}
          data-testid="source-add"
        >
          {t.add}
        </Button>
        <Button size="xs" variant="subtle" ml="auto" onClick={() => setAsked({ for: 'anew', changed: false })}>
          {t.anew.button}
        </Button>
      </div>
      <ImportGaps gaps={gaps} />
      <ImportProblems problems={problems} sources={sources} />
      {asked?.for === 'source' && (
        <SourceDialog
          key={asked.saved?.id ?? 'new'}
          initial={asked.initial}
          saved={asked.saved}
          servers={servers.data}
          replaces={asked.replaces}
          storeBefore={(source) => asked.saved?.place.store ?? foundInstead(source, saved, found)?.store}
          onClose={close}
          onSaved={(otherwise) => setAsked(otherwise ? { for: 'anew', changed: true } : null)}
        />
      )}
      {asked?.for === 'removal' && (
        <RemoveSource source={asked.source} next={foundInstead(asked.source, without(asked.source), found)} onClose={close} />
      )}
      {asked?.for === 'anew' && <ImportAnew changed={asked.changed} onClose={close} />}
    </>
  )
}

interface SourcesProps {
  readonly sources: readonly ImportSource[]
  readonly saved: readonly RecordSourceSaved[]
  readonly servers: readonly ServerInUse[]
  readonly firstMs: number | null
  readonly onEdit: (source: RecordSourceSaved) => void
  readonly onReplace: (kind: RecordKind) => void
  readonly onRemove: (source: RecordSourceSaved) => void
}

function Sources({ sources, saved, servers, firstMs, onEdit, onReplace, onRemove }: SourcesProps) {
  const t = useWords(words)
  const format = useFormat()
  const nowMs = serverNow()
  const { serverRemoved } = useWords(appWords)
  const serverName = (server = firstServer) =>
    serverChoices(servers, server, serverRemoved).find(({ value }) => value === server)?.label ?? ''
  return (
    <div className={classes.sources}>
      <Table verticalSpacing={8} horizontalSpacing={12} style={{ fontSize: 13 }} aria-label={t.sources}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t.where}</Table.Th>
            <Table.Th w={200}>{t.state}</Table.Th>
            <Table.Th w={140}>{t.newest}</Table.Th>
            <Table.Th w={120} ta="right">
              {t.rows}
            </Table.Th>
            <Table.Th w={90} ta="right">
              {t.problems}
            </Table.Th>
            <Table.Th w={130} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sources.toSorted(byKind).map((source) => {
            const own = saved.find(({ id }) => id === source.id)
            return (
              <Table.Tr key={source.id} style={{ verticalAlign: 'top' }} data-testid={`source-${source.kind}`}>
                <Table.Td>
                  <div className={classes.title}>{t.kinds[source.kind]}</div>
                  <div className={classes.muted}>
                    {[t.stores[source.store], source.title, serverName(own?.server)].filter(Boolean).join(' · ')}
                  </div>
                  {!own && (
                    <div className={classes.muted} title={t.foundHint}>
                      {t.found}
                    </div>
                  )}
                </Table.Td>
                <Table.Td>
                  <SourceStatus source={source} firstMs={firstMs} nowMs={nowMs} />
                </Table.Td>
                <Table.Td>{source.upToMs === null ? nothing : format.moment(source.upToMs, nowMs)}</Table.Td>
                <Table.Td className={classes.number}>{format.number(source.rowsRead)}</Table.Td>
                <Table.Td className={classes.number}>{format.number(source.problems)}</Table.Td>
                <Table.Td>
                  <div className={classes.tools}>
                    {own ? (
                      <>
                        <RowTool label={t.edit} onClick={() => onEdit(own)}>
                          <IconPencil size={16} stroke={1.5} />
                        </RowTool>
                        <RowTool label={t.remove} onClick={() => onRemove(own)}>
                          <IconTrash size={16} stroke={1.5} />
                        </RowTool>
                      </>
                    ) : (
                      <Button size="compact-xs" variant="default" onClick={() => onReplace(source.kind)}>
                        {t.replace}
                      </Button>
                    )}
                  </div>
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function SourceStatus({ source, firstMs, nowMs }: { source: ImportSource; firstMs: number | null; nowMs: number }) {
  const t = useWords(words)
  const { troubles } = useWords(trialWords)
  const format = useFormat()
  const state = stateOf(source, firstMs, nowMs)
  return (
    <>
      <ToneBadge tone={tones[state.is]}>{t.states[state.is]}</ToneBadge>
      {state.is === 'away' && state.sinceMs !== null && (
        <div className={classes.muted}>{t.since(format.moment(state.sinceMs, nowMs))}</div>
      )}
      {state.is === 'caughtUp' && source.readAtMs !== null && (
        <div className={classes.muted}>{t.checked(format.moment(source.readAtMs, nowMs))}</div>
      )}
      {state.is === 'reading' && state.share !== null && (
        <div className={classes.muted}>{t.history(format.percent(state.share))}</div>
      )}
      {source.error !== null && (
        <div className={classes.away} title={source.error}>
          {(source.trouble !== null && troubles[source.trouble]) || source.error}
        </div>
      )}
    </>
  )
}

interface RemoveSourceProps {
  readonly source: RecordSourceSaved
  /** The found file that is read then. */
  readonly next: RouteResult<Routes['recordSources']>['found'][number] | undefined
  readonly onClose: () => void
}

/** New calls stop coming from it, so it is asked first. */
function RemoveSource({ source: { id, kind, place }, next, onClose }: RemoveSourceProps) {
  const t = useWords(words)
  const api = useApi()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => api.removeRecordSource({ params: { id } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['recordSources'] })
      void queries.invalidateQueries({ queryKey: ['importState'] })
      notifications.show({ message: t.removed })
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title={t.removeTitle(t.kinds[kind])} centered size={460} attributes={uncovers(false)}>
      <p style={{ marginTop: 0 }}>{next === undefined ? t.removeText : t.removeForFound(next.path)}</p>
      {next !== undefined && next.store !== place.store && <p>{t.removeReadsAnew}</p>}
      {remove.error && <Failure error={remove.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t.dialog.cancel}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()} data-testid="source-remove-confirm">
          {t.remove}
        </Button>
      </Group>
    </Modal>
  )
}

/** What the sources no longer hold is lost by it. */
function ImportAnew({ changed, onClose }: { changed: boolean; onClose: () => void }) {
  const t = useWords(words)
  const api = useApi()
  const queries = useQueryClient()
  const anew = useMutation({
    mutationFn: () => api.importAnew(),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['importState'] })
      notifications.show({ message: t.anew.begun })
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title={t.anew.title} centered size={520} attributes={uncovers(false)}>
      {changed && <p style={{ marginTop: 0 }}>{t.anew.changed}</p>}
      <p style={{ marginTop: 0 }}>{t.anew.text}</p>
      {anew.error && <Failure error={anew.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {changed ? t.anew.keep : t.dialog.cancel}
        </Button>
        <Button color="red" loading={anew.isPending} onClick={() => anew.mutate()} data-testid="import-anew-confirm">
          {t.anew.confirm}
        </Button>
      </Group>
    </Modal>
  )
}
