import { Button } from '@mantine/core'
import { IconDeviceTv } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { WallboardLink } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useFormat } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { serverNow } from '../../app/live/live.ts'
import { type Column, DataTable, EmptyState, ToneBadge } from '../../ui/index.ts'
import classes from '../Settings.module.css'
import { words } from '../words.ts'
import { WallboardDialog } from './WallboardDialog.tsx'
import { wallboardWords } from './words.ts'

/** Screens come and go while one looks. */
const refreshMs = 10_000

/** Links that open a wallboard without a session. */
export function WallboardsPage() {
  const all = useWords(words)
  const t = useWords(wallboardWords)
  const format = useFormat()
  const api = useApi()
  const known = useQuery({ queryKey: ['wallboards'], queryFn: () => api.wallboards(), refetchInterval: refreshMs })
  const [edited, setEdited] = useState<WallboardLink | 'new' | null>(null)
  const queues = known.data?.queues
  const columns = useMemo<Column<WallboardLink>[]>(() => {
    const nameOf = (number: string) => queues?.find((queue) => queue.number === number)?.name ?? number
    const moment = (ms: number) => format.moment(ms, serverNow())
    return [
      {
        id: 'name',
        title: t.name,
        sortValue: ({ settings }) => settings.name,
        render: ({ settings }) => <span title={settings.name}>{settings.name}</span>,
      },
      {
        id: 'queues',
        title: t.queues,
        render: ({ settings }) =>
          settings.queues === null ? (
            t.allQueues
          ) : (
            <span title={settings.queues.map(nameOf).join(', ')}>
              {settings.queues.length === 1 ? settings.queues.map(nameOf) : t.queuesOf(settings.queues.length)}
            </span>
          ),
      },
      {
        id: 'until',
        title: t.until,
        width: '190px',
        sortValue: ({ settings }) => settings.expiresAtMs,
        render: ({ settings: { expiresAtMs } }) =>
          expiresAtMs === null ? (
            t.ends.never
          ) : expiresAtMs <= serverNow() ? (
            <ToneBadge tone="alarm">{t.expired}</ToneBadge>
          ) : (
            t.kept(moment(expiresAtMs))
          ),
      },
      {
        id: 'seen',
        title: t.lastSeen,
        width: '190px',
        sortValue: ({ lastSeenMs }) => lastSeenMs,
        render: ({ screens, lastSeenMs }) =>
          screens > 0 ? (
            <ToneBadge tone="ok">{t.now(screens)}</ToneBadge>
          ) : lastSeenMs === null ? (
            <span className={classes.inactive}>{t.never}</span>
          ) : (
            moment(lastSeenMs)
          ),
      },
    ]
  }, [t, format, queues])
  return (
    <>
      <p className={classes.note}>{t.note}</p>
      <div className={classes.tableTools}>
        <Button
          size="xs"
          leftSection={<IconDeviceTv size={16} stroke={1.5} />}
          onClick={() => setEdited('new')}
          data-testid="wallboard-add"
        >
          {t.add}
        </Button>
        {known.data && known.data.wallboards.length > 0 && t.count(known.data.wallboards.length)}
      </div>
      <div className={classes.table}>
        <DataTable
          label={all.pages.wallboards}
          columns={columns}
          rows={known.data?.wallboards}
          rowKey={({ id }) => id}
          error={known.error}
          onRetry={known.refetch}
          onOpen={setEdited}
          minWidth="720px"
          empty={<EmptyState icon={IconDeviceTv} title={t.empty} hint={t.emptyHint} />}
        />
      </div>
      {edited !== null && (
        <WallboardDialog link={edited === 'new' ? null : edited} queues={queues ?? []} onClose={() => setEdited(null)} />
      )}
    </>
  )
}
