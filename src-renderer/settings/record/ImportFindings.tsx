import { Table } from '@mantine/core'
import { useState } from 'react'
import {
  dateOfDay,
  type ImportProblem,
  type ImportSource,
  type RouteResult,
  type Routes,
} from '../../../server/contract/index.ts'
import { createFormat, useFormat } from '../../app/format.ts'
import { useLanguage, useWords } from '../../app/i18n.ts'
import { serverNow } from '../../app/live/live.ts'
import { FilterSelect } from '../../ui/index.ts'
import classes from './Record.module.css'
import { words } from './words.ts'

const shownAtOnce = 100
const shownAway = 8

/** What the record may lack of the latest days. */
export function ImportGaps({ gaps }: { gaps: RouteResult<Routes['importState']>['gaps'] }) {
  const t = useWords(words).gaps
  const language = useLanguage()
  const format = useFormat()
  const { emptyDays, lostVisits, away } = gaps
  // Days are of the site, not of this computer's zone.
  const day = createFormat(language, 'UTC')
  return (
    <section className={classes.panel} data-testid="import-gaps">
      <h2 className={classes.panelTitle}>{t.title}</h2>
      {emptyDays.length > 0 && <p>{t.empty(emptyDays.map((each) => day.date(dateOfDay(each).getTime())).join(', '))}</p>}
      {lostVisits > 0 && <p>{t.lost(lostVisits)}</p>}
      {away.slice(0, shownAway).map(({ sourceId, kind, fromMs, toMs }) => (
        <p key={`${sourceId} ${kind} ${fromMs}`}>
          {t.away[kind](format.moment(fromMs, serverNow()), format.moment(toMs, serverNow()))}
        </p>
      ))}
      {away.length > shownAway && <p className={classes.muted}>{t.more(away.length - shownAway)}</p>}
      {emptyDays.length === 0 && lostVisits === 0 && away.length === 0 && <p className={classes.muted}>{t.none}</p>}
    </section>
  )
}

interface ImportProblemsProps {
  readonly problems: readonly ImportProblem[]
  readonly sources: readonly ImportSource[]
}

/** Rows that could not be read as they should: each is shown as it is, with where it stands. */
export function ImportProblems({ problems, sources }: ImportProblemsProps) {
  const all = useWords(words)
  const t = all.trouble
  const format = useFormat()
  const [kind, setKind] = useState<string | null>(null)
  const kinds = [...new Set(problems.map((problem) => problem.kind))]
  const chosen = problems.filter((problem) => kind === null || problem.kind === kind)
  const nameOf = (sourceId: string): string => {
    const source = sources.find(({ id }) => id === sourceId)
    return source ? all.kinds[source.kind] : t.record
  }
  return (
    <section className={classes.panel} data-testid="import-problems">
      <h2 className={classes.panelTitle}>
        {t.title}
        {kinds.length > 1 && (
          <FilterSelect
            label={t.what}
            all={t.all}
            width={220}
            options={kinds.map((value) => ({ value, label: t.kinds[value] ?? value }))}
            value={kind}
            onChange={setKind}
          />
        )}
      </h2>
      {problems.length === 0 && <p className={classes.muted}>{t.none}</p>}
      {chosen.length > 0 && (
        <>
          <p className={classes.muted}>{t.shown(Math.min(shownAtOnce, chosen.length))}</p>
          <Table verticalSpacing={6} style={{ fontSize: 13 }}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={120}>{t.when}</Table.Th>
                <Table.Th w={190}>{t.place}</Table.Th>
                <Table.Th>{t.what}</Table.Th>
                <Table.Th>{t.raw}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {chosen.slice(0, shownAtOnce).map((problem) => (
                <Table.Tr key={`${problem.sourceId} ${problem.place} ${problem.kind}`} style={{ verticalAlign: 'top' }}>
                  <Table.Td>{format.moment(problem.seenAtMs, serverNow())}</Table.Td>
                  <Table.Td>
                    {problem.place}
                    <div className={classes.muted}>{nameOf(problem.sourceId)}</div>
                  </Table.Td>
                  <Table.Td>
                    {t.kinds[problem.kind] ?? problem.kind}
                    <div className={classes.muted}>{t.hints[problem.kind] ?? ''}</div>
                    {/* The system's own words: more exact, in English. */}
                    <div className={classes.muted} lang="en">
                      {problem.text}
                    </div>
                  </Table.Td>
                  <Table.Td className={classes.raw}>{problem.raw}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </section>
  )
}
