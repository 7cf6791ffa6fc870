import { ActionIcon } from '@mantine/core'
import { IconPhone } from '@tabler/icons-react'
import { useRef } from 'react'
import { type HistoryCard, missedByOperator } from '../../server/contract/index.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { serverNow } from '../app/live/live.ts'
import { useDictionaries } from '../card/use-dictionaries.ts'
import { ErrorState, LoadingLines } from '../ui/index.ts'
import { openCall, useRecentCalls } from '../worklists/index.ts'
import { useDial } from './actions.ts'
import { CallSign } from './CallSign.tsx'
import { useCardTitle } from './card-title.ts'
import classes from './RecentCalls.module.css'
import { words } from './words.ts'

const shown = 20

/** The own last calls, where the customer stands during a call: a row opens its call, the handset beside it dials. */
export function RecentCalls() {
  const t = useWords(words)
  const dial = useDial()
  const list = useRef<HTMLUListElement>(null)
  const { data, error, refetch } = useRecentCalls(shown)
  const dialFocused = () => {
    const rows = [...(list.current?.children ?? [])]
    const card = data?.cards[rows.findIndex((row) => row.contains(document.activeElement))]
    if (card && card.number !== '') dial(card.number)
  }
  useKeys('recent-calls', t.recent, data && data.cards.length > 0 ? [{ keys: 'C', title: t.callFocused, run: dialFocused }] : [])
  return (
    <section className={classes.panel} aria-label={t.recent}>
      <h2 className={classes.title}>{t.recent}</h2>
      {data === undefined && error === null && <LoadingLines lines={6} />}
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.cards.length === 0 && <div className={classes.none}>{t.noHistory}</div>}
      <ul className={classes.list} ref={list}>
        {data?.cards.map((card) => (
          <RecentCall key={card.id} card={card} onDial={dial} />
        ))}
      </ul>
    </section>
  )
}

function RecentCall({ card, onDial }: { card: HistoryCard; onDial: (number: string) => void }) {
  const t = useWords(words)
  const format = useFormat()
  const cardTitle = useCardTitle()
  const { results } = useDictionaries()
  const missed = missedByOperator(card)
  const name = cardTitle(card)
  return (
    <li className={classes.row} data-missed={missed || undefined} data-testid="recent-call">
      <button
        type="button"
        className={classes.open}
        title={t.openCall}
        onClick={() => openCall(card.id)}
        data-testid="recent-open"
      >
        <CallSign direction={card.direction} missed={missed} className={classes.sign} />
        <span className={classes.name}>{name}</span>
        <time className={classes.when}>{format.moment(card.ringingAtMs, serverNow())}</time>
        <span className={classes.what}>
          {missed ? t.missed : results.name(card.fields.resultId) || card.fields.description || t.directions[card.direction]}
        </span>
      </button>
      <ActionIcon
        size={28}
        disabled={card.number === ''}
        onClick={() => onDial(card.number)}
        aria-label={t.callColleague(name)}
        title={`${t.callColleague(name)} · C`}
        data-testid="recent-dial"
      >
        <IconPhone size={16} stroke={1.5} />
      </ActionIcon>
    </li>
  )
}
