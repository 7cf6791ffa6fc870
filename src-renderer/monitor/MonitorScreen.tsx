import { Button, SegmentedControl, Select } from '@mantine/core'
import { IconExternalLink, IconMessageCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { type LiveView, OperatorStatus } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { useLive } from '../app/live/live.ts'
import { usePlatform } from '../app/platform.ts'
import { CallsTable, useTodaysCalls } from '../reports/index.ts'
import { LoadingLines, PageHeader } from '../ui/index.ts'
import { words as uiWords } from '../ui/words.ts'
import { ActiveCalls } from './ActiveCalls.tsx'
import { FigureStrip } from './FigureStrip.tsx'
import { MessageDialog } from './FloorDialogs.tsx'
import { dayFigures, type FloorFilter, floorCalls, floorFigures, floorOperators, floorQueues } from './figures.ts'
import classes from './MonitorScreen.module.css'
import { OperatorGrid } from './OperatorGrid.tsx'
import { QueueList } from './QueueList.tsx'
import { useFloorActions } from './use-actions.ts'
import { words } from './words.ts'

/** The supervisor's floor: everybody and every call, now, and today's calls behind the figures. */
export function MonitorScreen() {
  const view = useLive((state) => state.view)
  return view ? <Floor view={view} /> : <LoadingLines lines={8} height={24} />
}

function Floor({ view }: { view: LiveView }) {
  const t = useWords(words)
  const status = useWords(uiWords).status
  const platform = usePlatform()
  const [path] = useLocation()
  const [shown, setShown] = useState<'now' | 'today'>('now')
  const [filter, setFilter] = useState<FloorFilter>({ queue: null, status: null })
  const today = useTodaysCalls()
  const actions = useFloorActions()
  const [writing, setWriting] = useState(false)

  return (
    <div className={classes.floor}>
      <PageHeader title={t.title}>
        <SegmentedControl
          size="xs"
          data={[
            { value: 'now', label: t.now },
            { value: 'today', label: t.today },
          ]}
          value={shown}
          onChange={setShown}
        />
        <Select
          size="xs"
          w={180}
          aria-label={t.queueFilter}
          placeholder={t.allQueues}
          clearable
          data={view.queues.map((queue) => ({ value: queue.number, label: queue.name }))}
          value={filter.queue}
          onChange={(queue) => setFilter({ ...filter, queue })}
        />
        {shown === 'now' && (
          <Select
            size="xs"
            w={160}
            aria-label={t.statusFilter}
            placeholder={t.allStatuses}
            clearable
            data={OperatorStatus.options.map((value) => ({ value, label: status[value] }))}
            value={filter.status}
            onChange={(value) => setFilter({ ...filter, status: value })}
          />
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconMessageCircle size={16} stroke={1.5} />}
          onClick={() => setWriting(true)}
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
      {writing && <MessageDialog to={null} actions={actions} onClose={() => setWriting(false)} />}
      <FigureStrip
        floor={floorFigures(view, filter.queue)}
        day={today.calls ? dayFigures(today.calls, filter.queue) : null}
        onDay={() => setShown('today')}
      />
      {shown === 'now' ? (
        <div className={classes.now}>
          <div className={classes.left}>
            <OperatorGrid operators={floorOperators(view, filter)} calls={view.calls} queues={view.queues} actions={actions} />
            <ActiveCalls
              calls={floorCalls(view, filter.queue)}
              operators={view.operators}
              queues={view.queues}
              actions={actions}
            />
          </div>
          <QueueList queues={floorQueues(view, filter.queue)} all={view.queues} calls={view.calls} actions={actions} />
        </div>
      ) : (
        <CallsTable
          period={today.period}
          calls={today.calls?.filter((call) => filter.queue === null || call.queue?.number === filter.queue)}
          error={today.error}
          onRetry={today.retry}
        />
      )}
    </div>
  )
}
