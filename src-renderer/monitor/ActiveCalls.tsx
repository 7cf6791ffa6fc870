import { useMemo } from 'react'
import type { LiveCall, LiveCallState, LiveOperator } from '../../server/contract/index.ts'
import { nothing } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { CallParty, type Column, DataTable, Duration, EmptyState, type Tone, ToneBadge } from '../ui/index.ts'
import { callSinceMs, namesIn } from './figures.ts'
import classes from './MonitorScreen.module.css'
import { words } from './words.ts'

const toneOf: Record<LiveCallState, Tone> = {
  connecting: 'off',
  waiting: 'wait',
  ringing: 'wait',
  talking: 'ok',
  held: 'wait',
}

export function ActiveCalls({ calls, operators }: { calls: readonly LiveCall[]; operators: readonly LiveOperator[] }) {
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
        sortValue: (call) => namesIn(call, operators) || null,
        render: (call) => namesIn(call, operators) || <span className={classes.muted}>{nothing}</span>,
      },
      {
        id: 'queue',
        title: t.queue,
        width: '150px',
        sortValue: (call) => call.queue?.name ?? null,
        render: (call) => call.queue?.name ?? <span className={classes.muted}>{nothing}</span>,
      },
      {
        id: 'state',
        title: t.state,
        width: '120px',
        sortValue: (call) => t.states[call.state],
        render: (call) => <ToneBadge tone={toneOf[call.state]}>{t.states[call.state]}</ToneBadge>,
      },
      {
        id: 'duration',
        title: t.duration,
        width: '136px',
        align: 'right',
        sortValue: (call) => -callSinceMs(call),
        render: (call) => <Duration sinceMs={callSinceMs(call)} />,
      },
    ],
    [t, operators],
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
        minWidth="720px"
        twoLines
        empty={<EmptyState title={t.noCalls} hint={t.noCallsHint} />}
      />
    </section>
  )
}
