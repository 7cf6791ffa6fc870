import { Button, SegmentedControl } from '@mantine/core'
import { IconExternalLink, IconMessageCircle } from '@tabler/icons-react'
import { useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { conversationsOf, type FloorState, type LiveView, OperatorStatus } from '../../server/contract/index.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useLive } from '../app/live/live.ts'
import { usePlatform } from '../app/platform.ts'
import { CallsTable, type OpenedFigure, useTodaysCalls } from '../reports/index.ts'
import { FilterSelect, LoadingLines, PageHeader } from '../ui/index.ts'
import { words as uiWords } from '../ui/words.ts'
import { ActiveCalls } from './ActiveCalls.tsx'
import { AlarmLog } from './alarms/AlarmLog.tsx'
import { AlarmStrip } from './alarms/AlarmStrip.tsx'
import { alarmsIn } from './alarms/standing.ts'
import { FigureStrip } from './FigureStrip.tsx'
import { FloorDialogs } from './FloorDialogs.tsx'
import {
  type DayFilter,
  dayFigures,
  dayFilter,
  type FloorFilter,
  floorConversations,
  floorFigures,
  floorOperators,
  floorQueues,
} from './figures.ts'
import { type FloorDialog, followDialog } from './floor-dialog.ts'
import { LinkGapNote } from './LinkGapNote.tsx'
import { LoadChart } from './LoadChart.tsx'
import classes from './MonitorScreen.module.css'
import { OperatorGrid } from './OperatorGrid.tsx'
import { QueueList } from './QueueList.tsx'
import { useFloorActions } from './use-actions.ts'
import { useVisits, VisitsDrawer } from './VisitsDrawer.tsx'
import { words } from './words.ts'

/** The supervisor's floor: everybody and every call, now, and today's calls behind the figures. */
export function MonitorScreen() {
  const view = useLive((state) => state.view)
  return view?.floor ? <Floor view={view} floor={view.floor} /> : <LoadingLines lines={8} height={24} />
}

function Floor({ view, floor }: { view: LiveView; floor: FloorState }) {
  const t = useWords(words)
  const format = useFormat()
  const status = useWords(uiWords).status
  const platform = usePlatform()
  const [path] = useLocation()
  const [shown, setShown] = useState<'now' | 'today' | 'alarms'>('now')
  const [filter, setFilter] = useState<FloorFilter>({ queue: null, status: null })
  const [day, setDay] = useState<DayFilter>(null)
  const [behind, setBehind] = useState<OpenedFigure | null>(null)
  const figures = dayFigures(floor.today, filter.queue)
  const visits = useVisits({ day: floor.today.day, queue: filter.queue, figures })
  const alarms = alarmsIn(floor.alarms, filter.queue)
  const elsewhere = floor.alarms.filter((alarm) => !alarms.includes(alarm))
  // Opened anew each time it is asked for, whatever was filtered in it since.
  const [log, setLog] = useState<{ of: 'standing' | null; times: number }>({ of: null, times: 0 })
  const openLog = (of: 'standing' | null) => setLog(({ times }) => ({ of, times: times + 1 }))
  const { missing } = floor.today
  const queuesAt = useRef<HTMLDivElement>(null)
  const today = useTodaysCalls()
  const ofDay = useMemo(() => dayFilter(filter.queue, day), [filter.queue, day])
  const [opened, setOpened] = useState<FloorDialog | null>(null)
  const actions = useFloorActions(setOpened)
  const dialog = followDialog(opened, view.calls)
  const conversations = useMemo(() => conversationsOf(view.calls), [view.calls])
  if (dialog !== opened) setOpened(dialog)

  return (
    <div className={classes.floor}>
      <PageHeader title={t.title}>
        <SegmentedControl
          size="xs"
          data={[
            { value: 'now', label: t.now },
            { value: 'today', label: t.today },
            { value: 'alarms', label: t.alarms },
          ]}
          value={shown}
          onChange={(value) => {
            setShown(value)
            setDay(null)
            openLog(null)
          }}
        />
        <FilterSelect
          label={t.queueFilter}
          all={t.allQueues}
          width={180}
          options={view.queues.map((queue) => ({ value: queue.number, label: queue.name }))}
          value={filter.queue}
          onChange={(queue) => setFilter({ ...filter, queue })}
        />
        {shown === 'today' && (
          <FilterSelect
            label={t.outcomeFilter}
            all={t.allCalls}
            width={160}
            options={[
              { value: 'answered', label: t.answeredCalls },
              { value: 'missed', label: t.lostCalls },
            ]}
            value={day}
            onChange={setDay}
            testId="day-filter"
          />
        )}
        {shown === 'now' && (
          <FilterSelect
            label={t.statusFilter}
            all={t.allStatuses}
            width={160}
            options={[
              { value: 'online' as const, label: t.online },
              ...OperatorStatus.options.map((value) => ({ value, label: status[value] })),
            ]}
            value={filter.status}
            onChange={(value) => setFilter({ ...filter, status: value })}
          />
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconMessageCircle size={16} stroke={1.5} />}
          onClick={() => setOpened({ kind: 'write', to: null })}
          data-testid="write-all"
        >
          {t.writeAll}
        </Button>
        {platform.capabilities.windows && path !== '/monitor' && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconExternalLink size={16} stroke={1.5} />}
            onClick={() => platform.windows.open('monitor')}
          >
            {t.openWindow}
          </Button>
        )}
      </PageHeader>
      <LinkGapNote />
      <FloorDialogs dialog={dialog} actions={actions} onClose={() => setOpened(null)} />
      <FigureStrip
        floor={floorFigures(view, filter.queue)}
        day={figures}
        alarms={alarms}
        shown={shown === 'now' ? filter.status : null}
        onStatus={(status) => {
          setShown('now')
          setFilter({ ...filter, status })
        }}
        onWaiting={() => {
          setShown('now')
          requestAnimationFrame(() => queuesAt.current?.focus())
        }}
        formulaOf={visits.formulaOf}
        onDay={(wanted) => setBehind(visits.ofFigure(wanted))}
      />
      {missing && (
        <p className={classes.incomplete} role="status" data-testid="incomplete">
          {t.incomplete(missing.fromMs === null ? null : format.time(missing.fromMs), format.time(missing.toMs))}
        </p>
      )}
      <AlarmStrip
        alarms={alarms}
        elsewhere={elsewhere}
        onMore={() => {
          setShown('alarms')
          openLog('standing')
        }}
        onElsewhere={() => setFilter({ ...filter, queue: null })}
      />
      <VisitsDrawer opened={behind} onClose={() => setBehind(null)} />
      {shown === 'now' ? (
        <div className={classes.now}>
          <div className={classes.left}>
            <OperatorGrid
              operators={floorOperators(view, filter)}
              conversations={conversations}
              queues={view.queues}
              alarms={floor.alarms}
              actions={actions}
            />
            <ActiveCalls
              conversations={floorConversations(conversations, filter.queue)}
              operators={view.operators}
              queues={view.queues}
              actions={actions}
            />
          </div>
          <div ref={queuesAt} tabIndex={-1} className={classes.right}>
            <QueueList
              queues={floorQueues(view, filter.queue)}
              all={view.queues}
              calls={view.calls}
              alarms={floor.alarms}
              actions={actions}
            />
            <LoadChart
              day={floor.today.day}
              queue={filter.queue}
              figures={figures.today}
              onOpen={(hour) => setBehind(visits.ofHour(hour))}
            />
          </div>
        </div>
      ) : shown === 'alarms' ? (
        <AlarmLog key={log.times} today={floor.today.day} queue={filter.queue} first={log.of} />
      ) : (
        <CallsTable period={today.period} calls={today.calls} filter={ofDay} error={today.error} onRetry={today.retry} />
      )}
    </div>
  )
}
