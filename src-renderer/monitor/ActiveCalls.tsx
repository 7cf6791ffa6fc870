import { IconEar } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { Conversation, LiveCall, LiveCallState, LiveOperator, LiveQueue } from '../../server/contract/index.ts'
import { formatPhone, nothing } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { serverNow, useNow } from '../app/live/live.ts'
import { CallParty, type Column, DataTable, EmptyState, Length, type Tone, ToneBadge, TwoLines } from '../ui/index.ts'
import { CallMenu } from './CallMenu.tsx'
import { callTimes, isConference, listenersIn, namesIn, operatorsIn, othersFromOutside } from './figures.ts'
import classes from './MonitorScreen.module.css'
import type { FloorActions } from './use-actions.ts'
import { words } from './words.ts'

const toneOf: Record<LiveCallState, Tone> = {
  connecting: 'off',
  waiting: 'wait',
  ringing: 'wait',
  talking: 'ok',
  held: 'wait',
}

interface ActiveCallsProps {
  readonly conversations: readonly Conversation[]
  readonly operators: readonly LiveOperator[]
  readonly queues: readonly LiveQueue[]
  readonly actions: FloorActions
}

export function ActiveCalls({ conversations, operators, queues, actions }: ActiveCallsProps) {
  const t = useWords(words)
  const columns = useMemo<Column<Conversation>[]>(
    () => [
      {
        id: 'customer',
        title: t.customer,
        sortValue: ({ call }) => call.customerName ?? call.number,
        render: (one) => (
          <CallParty
            call={one.call}
            others={othersFromOutside(one).map(({ name, number }) => name || formatPhone(number) || t.outside)}
          />
        ),
      },
      {
        id: 'operator',
        title: t.operator,
        width: '16%',
        sortValue: (one) => namesIn(one, operators) || null,
        render: (one) => <Operators of={one} operators={operators} />,
      },
      {
        id: 'queue',
        title: t.queue,
        width: '118px',
        sortValue: ({ call }) => call.queue?.name ?? null,
        render: ({ call }) =>
          call.queue ? <span title={call.queue.name}>{call.queue.name}</span> : <span className={classes.muted}>{nothing}</span>,
      },
      {
        id: 'state',
        title: t.state,
        width: '124px',
        sortValue: ({ call }) => (isConference(call) ? t.inConference : t.states[call.state]),
        render: ({ call }) =>
          isConference(call) ? (
            <ToneBadge tone="ok">{t.inConference}</ToneBadge>
          ) : (
            <ToneBadge tone={toneOf[call.state]}>{t.states[call.state]}</ToneBadge>
          ),
      },
      ...(['ringMs', 'talkMs', 'holdMs'] as const).map(
        (time): Column<Conversation> => ({
          id: time,
          title: t.callTimes[time],
          hint: t.callTimeHints[time],
          width: time === 'talkMs' ? '84px' : '92px',
          align: 'right',
          sortValue: ({ call }) => callTimes(call, serverNow())[time],
          render: ({ call }) => <CallTime call={call} time={time} />,
        }),
      ),
      {
        id: 'actions',
        title: '',
        width: '48px',
        align: 'right',
        render: (one) => (
          // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: keeps presses in the menu from opening the row
          <span className={classes.rowMenu} onClick={(event) => event.stopPropagation()}>
            <CallMenu conversation={one} operators={operators} queues={queues} actions={actions} />
          </span>
        ),
      },
    ],
    [t, operators, queues, actions],
  )
  return (
    <section className={classes.panel}>
      <h2 className={classes.panelHead}>
        {t.calls} <span className={classes.count}>{conversations.length}</span>
      </h2>
      <DataTable
        label={t.calls}
        columns={columns}
        rows={conversations}
        rowKey={({ call }) => call.id}
        minWidth="836px"
        twoLines
        onOpen={({ call }) => actions.open({ kind: 'journey', call, over: false })}
        empty={<EmptyState title={t.noCalls} hint={t.noCallsHint} />}
      />
    </section>
  )
}

/** Runs while it lasts. */
function CallTime({ call, time }: { call: LiveCall; time: keyof ReturnType<typeof callTimes> }) {
  const nowMs = useNow()
  return <Length ms={callTimes(call, nowMs)[time]} />
}

/** Of a conference they may be more than there is room for. */
function Operators({ of, operators }: { of: Conversation; operators: readonly LiveOperator[] }) {
  const [first, ...more] = operatorsIn(of, operators).map(({ name }) => name)
  const all = namesIn(of, operators)
  const head = (
    <>
      {first === undefined ? <span className={classes.muted}>{nothing}</span> : <span title={all}>{first}</span>}
      <HeardBy conversation={of} />
    </>
  )
  return more.length === 0 ? head : <TwoLines first={head} second={<span title={all}>{more.join(', ')}</span>} />
}

function HeardBy({ conversation }: { conversation: Conversation }) {
  const t = useWords(words)
  const listeners = listenersIn(conversation)
  if (listeners.length === 0) return null
  const title = t.heardBy(listeners.map(({ name }) => name).join(', '))
  return (
    <span className={classes.heard} title={title} data-testid="heard-by">
      <IconEar size={14} stroke={1.75} aria-label={title} />
    </span>
  )
}
