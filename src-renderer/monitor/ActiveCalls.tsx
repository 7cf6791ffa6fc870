import { IconEar } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { LiveCall, LiveCallState, LiveOperator, LiveQueue } from '../../server/contract/index.ts'
import { nothing } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { serverNow, useNow } from '../app/live/live.ts'
import { CallParty, type Column, DataTable, EmptyState, Length, type Tone, ToneBadge } from '../ui/index.ts'
import { CallMenu } from './CallMenu.tsx'
import { callTimes, namesIn } from './figures.ts'
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
  readonly calls: readonly LiveCall[]
  readonly operators: readonly LiveOperator[]
  readonly queues: readonly LiveQueue[]
  readonly actions: FloorActions
}

export function ActiveCalls({ calls, operators, queues, actions }: ActiveCallsProps) {
  const t = useWords(words)
  const columns = useMemo<Column<LiveCall>[]>(
    () => [
      {
        id: 'customer',
        title: t.customer,
        sortValue: (call) => call.customerName ?? call.number,
        render: (call) => <CallParty call={call} />,
      },
      {
        id: 'operator',
        title: t.operator,
        width: '16%',
        sortValue: (call) => namesIn(call, operators) || null,
        render: (call) => (
          <>
            <Names names={namesIn(call, operators)} />
            {call.listeners.length > 0 && <HeardBy call={call} />}
          </>
        ),
      },
      {
        id: 'queue',
        title: t.queue,
        width: '118px',
        sortValue: (call) => call.queue?.name ?? null,
        render: (call) => call.queue?.name ?? <span className={classes.muted}>{nothing}</span>,
      },
      {
        id: 'state',
        title: t.state,
        width: '108px',
        sortValue: (call) => t.states[call.state],
        render: (call) => <ToneBadge tone={toneOf[call.state]}>{t.states[call.state]}</ToneBadge>,
      },
      ...(['ringMs', 'talkMs', 'holdMs'] as const).map(
        (time): Column<LiveCall> => ({
          id: time,
          title: t.callTimes[time],
          hint: t.callTimeHints[time],
          width: time === 'talkMs' ? '84px' : '92px',
          align: 'right',
          sortValue: (call) => callTimes(call, serverNow())[time],
          render: (call) => <CallTime call={call} time={time} />,
        }),
      ),
      {
        id: 'actions',
        title: '',
        width: '48px',
        align: 'right',
        render: (call) => (
          // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: keeps presses in the menu from opening the row
          <span className={classes.rowMenu} onClick={(event) => event.stopPropagation()}>
            <CallMenu call={call} operators={operators} queues={queues} actions={actions} />
          </span>
        ),
      },
    ],
    [t, operators, queues, actions],
  )
  return (
    <section className={classes.panel}>
      <h2 className={classes.panelHead}>
        {t.calls} <span className={classes.count}>{calls.length}</span>
      </h2>
      <DataTable
        label={t.calls}
        columns={columns}
        rows={calls}
        rowKey={(call) => call.id}
        minWidth="820px"
        twoLines
        onOpen={(call) => actions.open({ kind: 'journey', call, over: false })}
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
const Names = ({ names }: { names: string }) =>
  names === '' ? <span className={classes.muted}>{nothing}</span> : <span title={names}>{names}</span>

function HeardBy({ call }: { call: LiveCall }) {
  const t = useWords(words)
  const title = t.heardBy(call.listeners.map(({ name }) => name).join(', '))
  return (
    <span className={classes.heard} title={title} data-testid="heard-by">
      <IconEar size={14} stroke={1.75} aria-label={title} />
    </span>
  )
}
