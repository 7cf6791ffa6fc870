import { ActionIcon, Menu } from '@mantine/core'
import {
  IconCheck,
  IconDots,
  IconLock,
  IconMessageCircle,
  IconPhoneOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconUsers,
} from '@tabler/icons-react'
import { type LiveCall, type LiveOperator, type LiveQueue, mayJoin } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { usePauseReasonList } from '../workplace/pause-reasons.ts'
import { isConference, isHeard } from './figures.ts'
import { SpyItems } from './SpyItems.tsx'
import type { FloorActions } from './use-actions.ts'
import { words } from './words.ts'

const icon = { size: 16, stroke: 1.5 } as const

interface OperatorMenuProps {
  readonly operator: LiveOperator
  readonly call: LiveCall | null
  readonly queues: readonly LiveQueue[]
  readonly actions: FloorActions
  readonly opened: boolean
  readonly onChange: (opened: boolean) => void
}

/** Everything a supervisor may do with one operator. */
export function OperatorMenu({ operator, call, queues, actions, opened, onChange }: OperatorMenuProps) {
  const t = useWords(words)
  return (
    <Menu opened={opened} onChange={onChange} position="bottom-end" width={250} returnFocus>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t.actions(operator.name)} data-testid="operator-actions">
          <IconDots size={16} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {call && isHeard(operator, call) && (
          <>
            <SpyItems operatorId={operator.id} actions={actions} />
            <Menu.Item
              c="var(--cs-alarmText)"
              leftSection={<IconPhoneOff {...icon} />}
              onClick={() => actions.open({ kind: 'end', call })}
              data-testid="end-call"
            >
              {isConference(call) ? t.endConference : t.endCall}
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        <PauseItems operator={operator} actions={actions} />
        <QueueItems operator={operator} queues={queues} actions={actions} />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconMessageCircle {...icon} />}
          onClick={() => actions.open({ kind: 'write', to: operator })}
          data-testid="write"
        >
          {t.write}…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function PauseItems({ operator, actions }: Pick<OperatorMenuProps, 'operator' | 'actions'>) {
  const t = useWords(words)
  const reasons = usePauseReasonList()
  if (operator.extension === null || operator.queues.length === 0) return null
  if (operator.status === 'paused') {
    return (
      <Menu.Item
        leftSection={<IconPlayerPlay {...icon} />}
        onClick={() => actions.pause(operator.id, null)}
        data-testid="unpause-operator"
      >
        {t.unpause}
      </Menu.Item>
    )
  }
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item leftSection={<IconPlayerPause {...icon} />} data-testid="pause-operator">
          {t.pause}
        </Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        {reasons.map(({ code, name }) => (
          <Menu.Item key={code} onClick={() => actions.pause(operator.id, code)} data-testid={`pause-${code}`}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  )
}

function QueueItems({ operator, queues, actions }: Pick<OperatorMenuProps, 'operator' | 'queues' | 'actions'>) {
  const t = useWords(words)
  const { queues: own, fixedQueues: fixed } = operator
  const shown = queues.filter(({ number }) => own.includes(number) || mayJoin(operator, number))
  if (operator.extension === null || shown.length === 0) return null
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item leftSection={<IconUsers {...icon} />} data-testid="queues-operator">
          {t.queuesOf}
        </Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        {shown.map(({ number, name }) => {
          const inside = own.includes(number)
          const locked = fixed.includes(number)
          return (
            <Menu.Item
              key={number}
              role="menuitemcheckbox"
              aria-checked={inside}
              disabled={locked}
              title={locked ? t.fixedQueue : undefined}
              rightSection={locked ? <IconLock size={14} stroke={1.75} /> : inside ? <IconCheck size={14} stroke={1.75} /> : null}
              onClick={() => actions.setQueue(operator.id, number, !inside)}
              data-testid={`operator-queue-${number}`}
            >
              {name}
            </Menu.Item>
          )
        })}
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  )
}
