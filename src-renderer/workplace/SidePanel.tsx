import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords } from '../app/i18n.ts'
import { useLive } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { colleagueNumber, DialPad } from '../softphone/index.ts'
import { Duration, LoadingLines, StatusDot } from '../ui/index.ts'
import blocks from '../ui/side-block.module.css'
import { words as uiWords } from '../ui/words.ts'
import { MyDay, SideWork } from '../worklists/index.ts'
import { useDial } from './actions.ts'
import { usePauseReasonName } from './pause-reasons.ts'
import classes from './SidePanel.module.css'
import { words } from './words.ts'

/** The right-hand column: dial, colleagues, who waits for a call-back, the own day. */
export function SidePanel() {
  return (
    <aside className={classes.side}>
      <DialBlock />
      <SideWork />
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
    <section className={blocks.block} aria-label={t.dial}>
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
    <section className={blocks.block} aria-label={t.colleagues}>
      <h3 className={blocks.title}>{t.colleagues}</h3>
      {others === undefined && <LoadingLines lines={2} />}
      {others?.length === 0 && <div className={blocks.none}>{t.noColleagues}</div>}
      {others?.map((operator) => {
        const reason = operator.status === 'paused' ? reasonName(operator.pauseReason) : null
        const number = operator.status === 'offline' ? null : colleagueNumber(operator, user.extension, operators ?? [])
        return (
          <button
            key={operator.id}
            type="button"
            className={blocks.row}
            disabled={number === null}
            title={t.callColleague(operator.name)}
            onClick={() => number !== null && dial(number)}
          >
            <StatusDot status={operator.status} />
            <span className={blocks.name}>{operator.name}</span>
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

function MyDayBlock() {
  const t = useWords(words)
  return (
    <section className={blocks.block} aria-label={t.myDay}>
      <h3 className={blocks.title}>{t.myDay}</h3>
      <MyDay />
    </section>
  )
}
