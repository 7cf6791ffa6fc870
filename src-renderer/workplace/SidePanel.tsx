import { IconChevronDown, IconPhone } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'wouter'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useLive, useNow } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { DialPad } from '../softphone/index.ts'
import { Duration, ErrorState, Length, LoadingLines, StatusDot } from '../ui/index.ts'
import { words as uiWords } from '../ui/words.ts'
import { useDial } from './actions.ts'
import { byDue, isOverdue } from './due.ts'
import { myDay } from './my-day.ts'
import { usePauseReasonName } from './pause-reasons.ts'
import { useCallBacks, useToday } from './queries.ts'
import classes from './SidePanel.module.css'
import { words } from './words.ts'

/** The right-hand column: dial, colleagues, who waits for a call-back, the own day. */
export function SidePanel() {
  return (
    <aside className={classes.side}>
      <DialBlock />
      <CallBacksBlock />
      <Colleagues />
      <MyDayBlock />
    </aside>
  )
}

/** Below this the keys would push the rest of the column out of sight. */
const roomyHeight = 820

/** The call bar dials too: where the window is low the keys open on demand. */
function DialBlock() {
  const t = useWords(words)
  const [open, setOpen] = useState(() => window.innerHeight >= roomyHeight)
  return (
    <section className={classes.block} aria-label={t.dial}>
      <button type="button" className={classes.fold} aria-expanded={open} onClick={() => setOpen(!open)} data-testid="dial-fold">
        {t.dial}
        <IconChevronDown className={classes.chevron} size={14} stroke={1.75} aria-hidden />
      </button>
      {open && (
        <div className={classes.dial}>
          <DialPad onDialled={() => setOpen(window.innerHeight >= roomyHeight)} />
        </div>
      )}
    </section>
  )
}

function Colleagues() {
  const t = useWords(words)
  const ui = useWords(uiWords)
  const user = useUser()
  const dial = useDial()
  const reasonName = usePauseReasonName()
  const operators = useLive((state) => state.view?.operators)
  const others = operators?.filter((operator) => operator.id !== user.id)
  return (
    <section className={classes.block} aria-label={t.colleagues}>
      <h3 className={classes.title}>{t.colleagues}</h3>
      {others === undefined && <LoadingLines lines={2} />}
      {others?.length === 0 && <div className={classes.none}>{t.noColleagues}</div>}
      {others?.map((operator) => {
        const reason = operator.status === 'paused' ? reasonName(operator.pauseReason) : null
        const reachable = operator.status !== 'offline' && operator.extension !== null
        return (
          <button
            key={operator.id}
            type="button"
            className={classes.colleague}
            disabled={!reachable}
            title={t.callColleague(operator.name)}
            onClick={() => operator.extension !== null && dial(operator.extension)}
          >
            <StatusDot status={operator.status} />
            <span className={classes.name}>{operator.name}</span>
            <span className={classes.state}>{reason ?? ui.status[operator.status]}</span>
            {operator.status !== 'offline' && (
              <span className={classes.time}>
                <Duration sinceMs={operator.sinceMs} />
              </span>
            )}
          </button>
        )
      })}
    </section>
  )
}

const shownCallBacks = 4

function CallBacksBlock() {
  const t = useWords(words)
  const format = useFormat()
  const nowMs = useNow()
  const dial = useDial()
  const { data, error, refetch } = useCallBacks('open')
  const tasks = data?.callBacks.toSorted(byDue)
  const overdue = tasks?.filter((task) => isOverdue(task, nowMs)).length ?? 0
  return (
    <section className={classes.block} aria-label={t.callBacks}>
      <h3 className={classes.title}>
        <Link href="/tasks" className={classes.titleLink}>
          {t.callBacks}
        </Link>
        {tasks !== undefined && tasks.length > 0 && <span className={classes.count}>{tasks.length}</span>}
        {overdue > 0 && <span className={classes.overdue}>{t.overdue(overdue)}</span>}
      </h3>
      {tasks === undefined && error === null && <LoadingLines lines={2} />}
      {tasks === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {tasks?.length === 0 && <div className={classes.none}>{t.noCallBacks}</div>}
      {tasks?.slice(0, shownCallBacks).map((task) => (
        <button
          key={task.id}
          type="button"
          className={classes.task}
          title={task.reason}
          onClick={() => dial(task.number)}
          data-testid="side-callback"
        >
          <IconPhone size={14} stroke={1.5} aria-hidden />
          <span className={classes.name}>{task.customer?.name ?? task.number}</span>
          <span className={classes.due} data-overdue={isOverdue(task, nowMs) || undefined}>
            {task.dueAtMs === null ? t.asap : format.moment(task.dueAtMs, nowMs)}
          </span>
        </button>
      ))}
    </section>
  )
}

function MyDayBlock() {
  const t = useWords(words)
  return (
    <section className={classes.block} aria-label={t.myDay}>
      <h3 className={classes.title}>{t.myDay}</h3>
      <MyDayFigures />
    </section>
  )
}

export function MyDayFigures() {
  const t = useWords(words)
  const nowMs = useNow()
  const { data } = useToday()
  const day = data ? myDay(data.cards, nowMs) : null
  return (
    <dl className={classes.day}>
      <div>
        <dt>{t.dayCalls}</dt>
        <dd data-testid="day-answered">{day?.answered ?? '—'}</dd>
      </div>
      <div>
        <dt>{t.dayMissed}</dt>
        <dd data-alarm={(day?.missed ?? 0) > 0 || undefined}>{day?.missed ?? '—'}</dd>
      </div>
      <div>
        <dt>{t.dayTalk}</dt>
        <dd>
          <Length ms={day?.averageTalkMs ?? null} />
        </dd>
      </div>
    </dl>
  )
}
