import { useEffect, useMemo, useRef, useState } from 'react'
import type { WallboardView } from '../../server/contract/wallboard-view.ts'
import { useBoard } from './board-store.ts'
import { useServerNow } from './clock.ts'
import { FigurePage } from './FigurePage.tsx'
import { fitTitle } from './fit.ts'
import { listenToKeys } from './host.ts'
import { OperatorsPage } from './OperatorsPage.tsx'
import { type BoardPage, pageAfter, pagesOf } from './pages.ts'
import { QueuesPage } from './QueuesPage.tsx'
import { useTexts } from './screen.ts'
import classes from './Wallboard.module.css'

/** The pages one after another, under the name of what is shown and the time. */
export function Round({ view }: { view: WallboardView }) {
  const { t } = useTexts()
  const pages = useMemo(() => pagesOf(view), [view])
  const page = usePage(pages, view.screen.secondsPerPage)
  // Nothing to compare with: the link's queues have all gone, and so has the connection.
  if (!page) return <Trouble view={view} />
  const title = titleOf(page, view, t.operators)
  return (
    <div className={classes.board} data-testid="wallboard" data-page={page.key}>
      <header className={classes.head}>
        <h1 className={classes.title} style={{ '--size': fitTitle(title, { width: 118, size: 6.2, least: 4.4 }) }}>
          {title}
        </h1>
        {'part' in page && page.part.of > 1 && <span className={classes.part}>{t.part(page.part.at + 1, page.part.of)}</span>}
        <Clock />
      </header>
      <Figures page={page} view={view} />
      <Trouble view={view} />
      <Hint />
    </div>
  )
}

function titleOf(page: BoardPage, { screen }: WallboardView, operators: string): string {
  if (page.kind === 'queue') return page.queue.name
  return page.kind === 'operators' ? `${screen.name} · ${operators}` : screen.name
}

/** Old figures are told from new ones at a glance: they are faint, and no time runs on in them. */
function Figures({ page, view }: { page: BoardPage; view: WallboardView }) {
  const lost = useBoard((state) => state.connection !== 'open')
  const old = lost || view.pbx.state !== 'up'
  return (
    <main className={classes.figures} data-old={old || undefined} data-testid="figures">
      {page.kind === 'total' && <FigurePage figures={view.total} old={old} />}
      {page.kind === 'queue' && <FigurePage figures={page.queue} old={old} />}
      {page.kind === 'queues' && <QueuesPage queues={page.queues} old={old} />}
      {page.kind === 'operators' && <OperatorsPage operators={page.operators} old={old} />}
    </main>
  )
}

function usePage(pages: readonly BoardPage[], secondsPerPage: number): BoardPage | null {
  const [key, setKey] = useState<string | null>(null)
  const page = pages.find((one) => one.key === key) ?? pages[0] ?? null
  const shown = page?.key ?? null
  // Figures change all the time and must not stop the round.
  const round = useRef(pages)
  useEffect(() => {
    round.current = pages
  }, [pages])
  useEffect(() => {
    // Goes on where there is one page only: there may be more later.
    const timer = setInterval(() => setKey(pageAfter(round.current, shown, 1)), secondsPerPage * 1_000)
    return () => clearInterval(timer)
  }, [shown, secondsPerPage])
  useEffect(() => listenToKeys((by) => setKey((now) => pageAfter(round.current, now ?? round.current[0]?.key ?? null, by))), [])
  return page
}

function Clock() {
  const { format } = useTexts()
  return (
    <time className={classes.clock} data-testid="clock">
      {format.time(useServerNow())}
    </time>
  )
}

/** What is wrong with the figures, in so many words. */
function Trouble({ view }: { view: WallboardView }) {
  const { t, format } = useTexts()
  const { connection, heardAtMs } = useBoard()
  const { pbx, missing } = view
  let level: 'critical' | 'warning' = 'critical'
  let text: string | null = null
  if (connection !== 'open') {
    const wordsOf = connection === 'busy' ? t.busySince : t.linkLost
    text = heardAtMs === null ? t.never : wordsOf(format.timeWithSeconds(heardAtMs))
  } else if (pbx.state !== 'up') text = t.pbxDown(format.timeWithSeconds(pbx.sinceMs))
  else if (missing) {
    level = 'warning'
    const to = format.time(missing.toMs)
    text = missing.fromMs === null ? t.missingUntil(to) : t.missing(format.time(missing.fromMs), to)
  }
  return (
    <footer className={classes.trouble} role="status" data-level={level} data-testid="trouble" hidden={text === null}>
      {text}
    </footer>
  )
}

const hintMs = 8_000

function Hint() {
  const { t } = useTexts()
  const [shown, setShown] = useState(() => document.fullscreenElement === null)
  useEffect(() => {
    const timer = setTimeout(() => setShown(false), hintMs)
    return () => clearTimeout(timer)
  }, [])
  return shown ? (
    <div className={classes.hint} data-testid="hint">
      {t.fullScreen}
    </div>
  ) : null
}
