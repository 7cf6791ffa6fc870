import { Tooltip } from '@mantine/core'
import { Link } from 'wouter'
import { DayFigureId } from '../../server/contract/index.ts'
import { formatDuration, nothing, useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useUser } from '../app/session.ts'
import { type HistoryView, viewPath } from './history-filter.ts'
import classes from './MyDay.module.css'
import { useMyDay, useReportFormula } from './queries.ts'
import { words } from './words.ts'

/** The calls behind each figure. */
const callsOf: Record<DayFigureId, HistoryView['filter']> = {
  taken: { direction: 'inbound', outcome: 'answered' },
  outgoing: { direction: 'outbound', outcome: 'answered' },
  missed: { direction: 'inbound', outcome: 'missed' },
  averageTalkMs: { direction: 'external', outcome: 'answered' },
  averageWrapUpMs: { direction: 'external', outcome: 'answered' },
  satisfaction: { direction: 'external', outcome: 'rated' },
}

/** Today's figures beside the team's; each tells its formula and opens its calls. */
export function MyDay() {
  const t = useWords(words).day
  const user = useUser()
  const { data: day } = useMyDay()
  const show = useShowFigure()
  const ofReports = useReportFormula()
  return (
    <table className={classes.day} data-testid="my-day">
      <thead>
        <tr>
          <td />
          <th scope="col">{t.own}</th>
          <th scope="col" title={day && (day.teamSize > 0 ? t.teamOf(day.teamSize) : t.noTeam)}>
            {t.team}
          </th>
        </tr>
      </thead>
      <tbody>
        {DayFigureId.options.map((id) => {
          // Those that reports have too are theirs.
          const own = id === 'satisfaction' || id === 'averageWrapUpMs' ? (ofReports(id) ?? t.figures[id]) : t.formulas[id]
          const formula = id === 'satisfaction' && day ? `${own} · ${t.rated(day.rated, day.rateable)}` : own
          const filter = { ...callsOf[id], ...(user.role !== 'operator' && { operatorId: user.id }) }
          return (
            <tr key={id}>
              <th scope="row">
                <Tooltip label={formula} multiline w={260} position="left" openDelay={300}>
                  <Link
                    href={viewPath({ period: 'today', filter, cardId: null })}
                    className={classes.link}
                    aria-description={`${formula}. ${t.open}`}
                    data-testid={`day-${id}`}
                  >
                    {t.figures[id]}
                  </Link>
                </Tooltip>
              </th>
              <td className={classes.own} data-testid={`day-own-${id}`}>
                {show(id, day?.own[id] ?? null, 'own')}
              </td>
              <td className={classes.team} data-testid={`day-team-${id}`}>
                {show(id, day?.team[id] ?? null, 'team')}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function useShowFigure(): (id: DayFigureId, value: number | null, whose: 'own' | 'team') => string {
  const format = useFormat()
  return (id, value, whose) => {
    if (value === null) return nothing
    if (id === 'satisfaction') return format.percent(value)
    if (id === 'averageTalkMs' || id === 'averageWrapUpMs') return formatDuration(value)
    return format.number(whose === 'own' ? value : Math.round(value * 10) / 10)
  }
}
