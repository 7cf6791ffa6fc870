import { IconPhoneX } from '@tabler/icons-react'
import { memo, useState } from 'react'
import type { Alarm, AlarmLevel, Conversation, LiveCall, LiveOperator, LiveQueue } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { isChord, useKeys } from '../app/keys.ts'
import { useNow } from '../app/live/live.ts'
import { Duration, EmptyState, PhoneNumber, StatusBadge, toneOf } from '../ui/index.ts'
import { usePauseLimit, usePauseReasonName } from '../workplace/index.ts'
import { levelIn, ofOperator } from './alarms/standing.ts'
import { callOf, isHeard, queueNames } from './figures.ts'
import classes from './MonitorScreen.module.css'
import { OperatorMenu } from './OperatorMenu.tsx'
import type { FloorActions } from './use-actions.ts'
import { words } from './words.ts'

interface OperatorGridProps {
  readonly operators: readonly LiveOperator[]
  readonly conversations: readonly Conversation[]
  readonly queues: readonly LiveQueue[]
  readonly alarms: readonly Alarm[]
  readonly actions: FloorActions
}

export function OperatorGrid({ operators, conversations, queues, alarms, actions }: OperatorGridProps) {
  const t = useWords(words)
  useKeys('operator-cards', t.keysTitle, [
    { keys: 'L', title: t.listen },
    { keys: 'W', title: t.whisper },
    { keys: 'B', title: t.barge },
    { keys: 'Enter', title: t.openMenu },
    { keys: 'ArrowRight', title: t.nextCard },
  ])
  return (
    <section className={classes.panel}>
      <h2 className={classes.panelHead}>
        {t.operators} <span className={classes.count}>{operators.length}</span>
      </h2>
      {operators.length === 0 ? (
        <EmptyState title={t.noOperators} hint={t.noOperatorsHint} />
      ) : (
        <div className={classes.operators}>
          {operators.map((operator) => (
            <OperatorCard
              key={operator.id}
              operator={operator}
              queues={queues}
              actions={actions}
              alarm={levelIn(ofOperator(alarms, operator.id))}
              call={callOf(conversations, operator)}
            />
          ))}
        </div>
      )}
    </section>
  )
}

interface OperatorCardProps {
  readonly operator: LiveOperator
  readonly call: LiveCall | null
  readonly queues: readonly LiveQueue[]
  /** The worst that stands of this operator. */
  readonly alarm: AlarmLevel | null
  readonly actions: FloorActions
}

/** A pause that lasts longer than its reason allows. */
function OverLimit({ sinceMs, limitMs }: { sinceMs: number; limitMs: number }) {
  const t = useWords(words)
  const nowMs = useNow()
  if (nowMs - sinceMs <= limitMs) return null
  return (
    <span className={classes.overLimit} data-testid="pause-over">
      {t.overLimit(limitMs / 60_000)}
    </span>
  )
}

function MissedInRow({ count }: { count: number }) {
  const t = useWords(words)
  const title = t.missedInRow(count)
  return (
    <span className={classes.missedInRow} title={title} data-testid="missed-in-row">
      <IconPhoneX size={14} stroke={1.75} aria-label={title} />
      {count}
    </span>
  )
}

const modeKeys = [
  ['L', 'listen'],
  ['W', 'whisper'],
  ['B', 'barge'],
] as const
const steps: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

function focusBeside(card: HTMLElement, step: 1 | -1): void {
  const beside = step === 1 ? card.nextElementSibling : card.previousElementSibling
  if (beside instanceof HTMLElement) beside.focus()
}

const OperatorCard = memo(({ operator, call, queues, alarm, actions }: OperatorCardProps) => {
  const t = useWords(words)
  const reasonName = usePauseReasonName()
  const limitOf = usePauseLimit()
  const { status } = operator
  const limitMs = limitOf(operator)
  const [opened, setOpened] = useState(false)
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>) => {
    const { currentTarget: card } = event
    if (event.target !== card || event.repeat) return
    const mode = modeKeys.find(([keys]) => isChord(keys, event))?.[1]
    const step = steps[event.key]
    if (mode && call && isHeard(operator, call)) actions.spy(operator.id, mode)
    else if (event.key === 'Enter' || event.key === ' ') setOpened(true)
    else if (step) focusBeside(card, step)
    else return
    event.preventDefault()
  }
  return (
    <article
      className={classes.operator}
      data-tone={toneOf[status]}
      data-status={status}
      data-alarm={alarm ?? undefined}
      aria-label={operator.name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the card is where its keys work; the menu in it has a button too
      tabIndex={0}
      onKeyDown={onKeyDown}
      data-testid="operator-card"
    >
      <span className={classes.name} title={operator.name}>
        {operator.name}
      </span>
      <span className={classes.since}>
        {limitMs !== null && <OverLimit sinceMs={operator.sinceMs} limitMs={limitMs} />}
        {status !== 'offline' && <Duration sinceMs={operator.sinceMs} />}
        <OperatorMenu operator={operator} call={call} queues={queues} actions={actions} opened={opened} onChange={setOpened} />
      </span>
      <span className={classes.badge}>
        <StatusBadge status={status} note={status === 'paused' ? reasonName(operator.pauseReason) : null} />
      </span>
      <span className={classes.extension}>
        {operator.missedInRow > 0 && <MissedInRow count={operator.missedInRow} />}
        {operator.extension === null ? t.noExtension : t.extension(operator.extension)}
      </span>
      {call && (
        <span className={classes.with}>
          {call.customerName}
          {call.customerName && ' · '}
          <PhoneNumber number={call.number} />
        </span>
      )}
      <span className={classes.with} title={queueNames(operator, queues)}>
        {queueNames(operator, queues)}
      </span>
    </article>
  )
})
