import { Drawer, Timeline } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { LiveCall } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { formatPhone, useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { CallParty, ErrorState, LoadingLines } from '../ui/index.ts'
import classes from './MonitorScreen.module.css'
import { words } from './words.ts'

interface JourneyDrawerProps {
  readonly call: LiveCall
  /** The call has ended while the drawer was open. */
  readonly over: boolean
  readonly onClose: () => void
}

/** The customer's way through a live call; it grows while one looks. */
export function JourneyDrawer({ call, over, onClose }: JourneyDrawerProps) {
  const t = useWords(words)
  const api = useApi()
  const format = useFormat()
  // What a new step shows itself by.
  const { id, state, operatorIds, queue, conferenceId } = call
  const { data, error, refetch } = useQuery({
    queryKey: ['journey', id, state, operatorIds, queue?.number, conferenceId],
    queryFn: () => api.journey({ params: { callId: id } }),
    placeholderData: keepPreviousData,
    enabled: !over,
    staleTime: 0,
  })
  const steps = data?.steps
  return (
    <Drawer opened onClose={onClose} position="right" size={380} title={t.journey}>
      <div className={classes.journeyCall}>
        <CallParty call={call} />
      </div>
      {steps ? (
        <Timeline active={steps.length - 1} bulletSize={14} lineWidth={2}>
          {steps.map(({ kind, atMs, operatorName, queueName, toName }) => (
            <Timeline.Item
              key={`${atMs} ${kind} ${operatorName} ${queueName} ${toName}`}
              title={t.steps[kind](queueName ?? operatorName ?? t.outside, formatPhone(toName ?? ''))}
              data-testid="journey-step"
            >
              <span className={classes.journeyTime}>{format.timeWithSeconds(atMs)}</span>
            </Timeline.Item>
          ))}
          {over && <Timeline.Item title={t.callOver} />}
        </Timeline>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : over ? (
        <p>{t.callOver}</p>
      ) : (
        <LoadingLines />
      )}
    </Drawer>
  )
}
