import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconHistory, IconPhone, IconSearch, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Card, CardFields } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { serverNow } from '../app/live/live.ts'
import { useFieldText } from '../card/field-text.ts'
import { useDictionaries } from '../card/use-dictionaries.ts'
import { words as cardWords } from '../card/words.ts'
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  Length,
  LoadingLines,
  PageHeader,
  PhoneNumber,
  ToneBadge,
} from '../ui/index.ts'
import { useDial } from './actions.ts'
import { CallSign } from './CallSign.tsx'
import { CustomerPanel } from './CustomerPanel.tsx'
import classes from './HistoryScreen.module.css'
import { isMissed } from './my-day.ts'
import { useHistoryPages } from './queries.ts'
import { words } from './words.ts'

type Row = Omit<Card, 'contacts'>

const talkMs = (card: Row): number | null =>
  card.answeredAtMs === null || card.endedAtMs === null ? null : card.endedAtMs - card.answeredAtMs

/** The own finished cards, newest first; one opens beside the list, to read. */
export function HistoryScreen() {
  const t = useWords(words)
  const [search, setSearch] = useState('')
  const [asked] = useDebouncedValue(search.trim(), 250)
  const [openId, open] = useState<string | null>(null)
  const pages = useHistoryPages(asked)
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.cards), [pages.data])
  const columns = useColumns(openId !== null)
  useKeys('history', t.history, [{ keys: 'Escape', title: t.close, run: () => open(null) }])

  return (
    <div className={classes.screen}>
      <PageHeader title={t.history}>
        <TextInput
          leftSection={<IconSearch size={16} stroke={1.5} />}
          placeholder={t.historySearch}
          aria-label={t.historySearch}
          value={search}
          maxLength={100}
          onChange={(event) => setSearch(event.currentTarget.value)}
          className={classes.search}
          data-testid="history-search"
        />
      </PageHeader>
      <div className={classes.body}>
        <div className={classes.table}>
          <DataTable
            label={t.history}
            columns={columns}
            rows={rows}
            rowKey={(card) => card.id}
            error={pages.error}
            onRetry={() => void pages.refetch()}
            onOpen={(card) => open(card.id)}
            isSelected={(card) => card.id === openId}
            minWidth={openId === null ? '900px' : '560px'}
            empty={
              <EmptyState
                icon={asked === '' ? IconHistory : IconSearch}
                title={asked === '' ? t.noHistory : t.nothingFound}
                hint={asked === '' ? t.noHistoryHint : t.nothingFoundHint}
              />
            }
          />
          {pages.hasNextPage && (
            <div className={classes.more}>
              <Button variant="default" size="xs" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
                {t.more}
              </Button>
            </div>
          )}
        </div>
        {openId !== null && <HistoryCard key={openId} cardId={openId} onClose={() => open(null)} />}
      </div>
    </div>
  )
}

const essential = new Set(['time', 'customer', 'result', 'talk'])
/** Beside an open card there is room for the essential ones only. */
function useColumns(narrow: boolean): Column<Row>[] {
  const t = useWords(words)
  const format = useFormat()
  const { categories, results } = useDictionaries()
  return useMemo(() => {
    const all: Column<Row>[] = [
      {
        id: 'time',
        title: t.columns.time,
        width: '150px',
        render: (card) => <TimeCell card={card} text={format.moment(card.ringingAtMs, serverNow())} />,
        sortValue: (card) => card.ringingAtMs,
      },
      {
        id: 'customer',
        title: t.columns.customer,
        render: (card) =>
          card.customer?.name ?? (card.callerName !== '' ? card.callerName : narrow ? <PhoneNumber number={card.number} /> : '—'),
        sortValue: (card) => card.customer?.name ?? card.callerName,
      },
      { id: 'number', title: t.columns.number, width: '150px', render: (card) => <PhoneNumber number={card.number} /> },
      {
        id: 'category',
        title: t.columns.category,
        width: '176px',
        render: (card) => categories.name(card.fields.categoryId) ?? '—',
        sortValue: (card) => categories.name(card.fields.categoryId),
      },
      {
        id: 'result',
        title: t.columns.result,
        width: '168px',
        render: (card) => results.name(card.fields.resultId) ?? '—',
        sortValue: (card) => results.name(card.fields.resultId),
      },
      {
        id: 'satisfaction',
        title: t.columns.satisfaction,
        width: '84px',
        align: 'right',
        render: (card) => card.fields.satisfaction ?? '—',
        sortValue: (card) => card.fields.satisfaction,
      },
      {
        id: 'talk',
        title: t.columns.talk,
        width: '96px',
        align: 'right',
        render: (card) => <Length ms={talkMs(card)} />,
        sortValue: talkMs,
      },
    ]
    return narrow ? all.filter(({ id }) => essential.has(id)) : all
  }, [t, format, categories, results, narrow])
}

function TimeCell({ card, text }: { card: Row; text: string }) {
  const t = useWords(words)
  const missed = isMissed(card)
  const label = missed ? t.missed : t.directions[card.direction]
  return (
    <span className={classes.time} data-testid="history-row" data-missed={missed || undefined} title={label}>
      <CallSign direction={card.direction} missed={missed} />
      <time>{text}</time>
    </span>
  )
}

const readingOrder = [
  'categoryId',
  'resultId',
  'satisfaction',
  'callBack',
  'callBackAtMs',
  'description',
  'notes',
] as const satisfies (keyof CardFields)[]

/** A finished card to read, with the customer and the other contacts. */
function HistoryCard({ cardId, onClose }: { cardId: string; onClose: () => void }) {
  const t = useWords(words)
  const api = useApi()
  const {
    data: card,
    error,
    refetch,
  } = useQuery({
    queryKey: ['history', 'card', cardId],
    queryFn: () => api.card({ params: { id: cardId } }),
  })
  return (
    <aside className={classes.card} data-testid="history-card">
      <Tooltip label={`${t.close} · Esc`}>
        <ActionIcon className={classes.close} onClick={onClose} aria-label={t.close}>
          <IconX size={18} stroke={1.5} />
        </ActionIcon>
      </Tooltip>
      {card && <CardDetails card={card} />}
      {!card && error === null && <LoadingLines lines={8} />}
      {!card && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
    </aside>
  )
}

function CardDetails({ card }: { card: Card }) {
  const t = useWords(words)
  const c = useWords(cardWords)
  const format = useFormat()
  const text = useFieldText()
  const dial = useDial()
  const waitMs = card.queuedAtMs === null ? null : (card.answeredAtMs ?? card.endedAtMs ?? card.queuedAtMs) - card.queuedAtMs
  const fields = readingOrder.filter((name) => {
    const value = card.fields[name]
    if (name === 'callBackAtMs') return card.fields.callBack
    return value !== null && value !== '' && value !== false
  })
  return (
    <>
      <div className={classes.facts}>
        <div className={classes.factsHead}>
          <h2>{format.dateTime(card.ringingAtMs)}</h2>
          <ToneBadge tone={isMissed(card) ? 'alarm' : card.state === 'missed' ? 'off' : 'ok'}>
            {card.state === 'missed' && !isMissed(card) ? t.notAnswered : c.state[card.state]}
          </ToneBadge>
        </div>
        <div className={classes.factsLine}>
          {[t.directions[card.direction], card.queue?.name].filter(Boolean).join(' · ')}
          {waitMs !== null && (
            <span>
              {t.waitedFor} <Length ms={waitMs} />
            </span>
          )}
          {talkMs(card) !== null && (
            <span>
              {t.columns.talk} <Length ms={talkMs(card)} />
            </span>
          )}
        </div>
        {fields.length > 0 && (
          <dl className={classes.fields}>
            {fields.map((name) => (
              <div key={name} data-long={name === 'description' || name === 'notes' || undefined}>
                <dt>{c.fields[name]}</dt>
                <dd>{text(name, card.fields[name])}</dd>
              </div>
            ))}
          </dl>
        )}
        {card.number !== '' && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPhone size={14} stroke={1.75} />}
            onClick={() => dial(card.number)}
          >
            {t.call}
          </Button>
        )}
      </div>
      <CustomerPanel card={card} />
    </>
  )
}
