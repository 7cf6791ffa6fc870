import { madeByOperator } from '../../server/contract/index.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import { useDictionaries } from '../card/use-dictionaries.ts'
import { ErrorState, LoadingLines } from '../ui/index.ts'
import { useRecentCalls } from '../worklists/index.ts'
import { useDial } from './actions.ts'
import { CallSign } from './CallSign.tsx'
import { useCardTitle } from './card-title.ts'
import classes from './RecentCalls.module.css'
import { words } from './words.ts'

const shown = 20

/** The own last calls, where the customer stands during a call; one click calls back. */
export function RecentCalls() {
  const t = useWords(words)
  const format = useFormat()
  const dial = useDial()
  const cardTitle = useCardTitle()
  const { results } = useDictionaries()
  const { data, error, refetch } = useRecentCalls(shown)
  return (
    <section className={classes.panel} aria-label={t.recent}>
      <h2 className={classes.title}>{t.recent}</h2>
      {data === undefined && error === null && <LoadingLines lines={6} />}
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.cards.length === 0 && <div className={classes.none}>{t.noHistory}</div>}
      <div className={classes.list}>
        {data?.cards.map((card) => {
          const missed = card.state === 'missed' && !madeByOperator(card) && !card.takenElsewhere
          const name = cardTitle(card)
          return (
            <button
              key={card.id}
              type="button"
              className={classes.row}
              data-missed={missed || undefined}
              disabled={card.number === ''}
              title={t.callColleague(name)}
              onClick={() => dial(card.number)}
            >
              <CallSign direction={card.direction} missed={missed} className={classes.sign} />
              <span className={classes.name}>{name}</span>
              <time className={classes.when}>{format.moment(card.ringingAtMs, serverNow())}</time>
              <span className={classes.what}>
                {missed
                  ? t.missed
                  : results.name(card.fields.resultId) || card.fields.description || t.directions[card.direction]}
              </span>
            </button>
          )
        })}
      </div>
    </section>
  )
}
