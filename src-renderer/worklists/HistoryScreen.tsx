import { ActionIcon, Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconHistory, IconSearch, IconX } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import { type HistoryCard, missedByOperator } from '../../server/contract/index.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { serverNow } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { useDictionaries } from '../card/use-dictionaries.ts'
import { periodText } from '../ui/day-period.ts'
import { type Column, DataTable, EmptyState, Length, LoadMore, PageHeader, PhoneNumber } from '../ui/index.ts'
import { CallSign } from '../workplace/CallSign.tsx'
import { CallDetails } from './CallDetails.tsx'
import { HistoryFilters } from './HistoryFilters.tsx'
import classes from './HistoryScreen.module.css'
import { type HistoryView, readView, viewPath } from './history-filter.ts'
import { useHistoryPages } from './queries.ts'
import { words } from './words.ts'

const talkMs = (card: HistoryCard): number | null =>
  card.answeredAtMs === null || card.endedAtMs === null ? null : card.endedAtMs - card.answeredAtMs

/** Finished calls, newest first; one opens beside the list with its card and recording. What is shown is in the address. */
export function HistoryScreen() {
  const t = useWords(words)
  const [, go] = useLocation()
  const view = readView(useSearch())
  const show = (next: HistoryView) => go(viewPath(next), { replace: true })
  const pages = useHistoryPages({ ...view.filter, period: periodText(view.period) })
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.cards), [pages.data])
  const { cardId } = view
  // Beside an open card there is room for the essential ones only, but on a wide screen.
  const narrow = !useMediaQuery('(min-width: 1600px)') && cardId !== null
  const columns = useColumns(narrow)
  const all = viewPath({ ...view, cardId: null }) === '/history'
  useKeys('history', t.history, [{ keys: 'Escape', title: t.close, run: () => show({ ...view, cardId: null }) }])

  return (
    <div className={classes.screen}>
      <PageHeader title={t.history} />
      <HistoryFilters view={view} onChange={show} />
      <div className={classes.body}>
        <div className={classes.table}>
          <DataTable
            label={t.history}
            columns={columns}
            rows={rows}
            rowKey={(card) => card.id}
            error={pages.error}
            onRetry={() => void pages.refetch()}
            onOpen={(card) => show({ ...view, cardId: card.id })}
            isSelected={(card) => card.id === cardId}
            minWidth={narrow ? '480px' : '900px'}
            empty={
              <EmptyState
                icon={all ? IconHistory : IconSearch}
                title={all ? t.noHistory : t.nothingFound}
                hint={all ? t.noHistoryHint : t.nothingFoundHint}
              />
            }
          />
          {pages.hasNextPage && (
            <LoadMore loading={pages.isFetchingNextPage} onMore={() => void pages.fetchNextPage()} testId="history-more" />
          )}
        </div>
        {cardId !== null && (
          <aside className={classes.card} aria-label={t.page.title} data-testid="history-card">
            <Tooltip label={`${t.close} · Esc`}>
              <ActionIcon className={classes.close} onClick={() => show({ ...view, cardId: null })} aria-label={t.close}>
                <IconX size={18} stroke={1.5} />
              </ActionIcon>
            </Tooltip>
            <CallDetails key={cardId} of={{ cardId }} />
          </aside>
        )}
      </div>
    </div>
  )
}

const essential = new Set(['time', 'customer', 'result', 'talk'])
function useColumns(narrow: boolean): Column<HistoryCard>[] {
  const t = useWords(words)
  const format = useFormat()
  const user = useUser()
  const { categories, results } = useDictionaries()
  return useMemo(() => {
    const everybodys = user.role !== 'operator'
    const columns: Column<HistoryCard>[] = [
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
      ...(everybodys
        ? [
            {
              id: 'operator',
              title: t.columns.operator,
              width: '150px',
              render: (card: HistoryCard) => card.operatorName,
              sortValue: (card: HistoryCard) => card.operatorName,
            },
          ]
        : []),
      {
        id: 'category',
        title: t.columns.category,
        width: '16%',
        render: (card) => categories.name(card.fields.categoryId) ?? '—',
        sortValue: (card) => categories.name(card.fields.categoryId),
      },
      {
        id: 'result',
        title: t.columns.result,
        width: narrow ? '180px' : '15%',
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
    return narrow ? columns.filter(({ id }) => essential.has(id)) : columns
  }, [t, format, user, categories, results, narrow])
}

function TimeCell({ card, text }: { card: HistoryCard; text: string }) {
  const t = useWords(words)
  const missed = missedByOperator(card)
  const cancelled = card.ringCancelled ? t.outcome.cancelled : t.directions[card.direction]
  const label = missed ? t.outcome.missed : card.takenElsewhere ? t.outcome.elsewhere : cancelled
  return (
    <span className={classes.time} data-testid="history-row" data-missed={missed || undefined} title={label}>
      <CallSign direction={card.direction} missed={missed} />
      <time>{text}</time>
    </span>
  )
}
