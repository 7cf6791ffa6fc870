import { ActionIcon, Menu } from '@mantine/core'
import { IconArrowRight, IconDots, IconPhoneOff } from '@tabler/icons-react'
import { type Conversation, type LiveOperator, type LiveQueue, serverOf } from '../../server/contract/index.ts'
import { formatPhone } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { isConference, isHeard, operatorsIn } from './figures.ts'
import { SpyItems } from './SpyItems.tsx'
import type { FloorActions } from './use-actions.ts'
import { words } from './words.ts'

interface CallMenuProps {
  readonly conversation: Conversation
  readonly operators: readonly LiveOperator[]
  readonly queues: readonly LiveQueue[]
  readonly actions: FloorActions
}

/** Everything a supervisor may do with one conversation: of a call that waits, where it waits. */
export function CallMenu({ conversation, operators, queues, actions }: CallMenuProps) {
  const t = useWords(words)
  const { call } = conversation
  const heard = operatorsIn(conversation, operators).filter((operator) => isHeard(operator, call))
  const waits = queues.some(({ waiting }) => waiting.some(({ callId }) => callId === call.id))
  const others = queues.filter(({ number }) => number !== call.queue?.number && serverOf(number) === serverOf(call.id))
  return (
    <Menu position="bottom-end" width={250} returnFocus>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t.actions(call.customerName ?? formatPhone(call.number))}
          data-testid="call-actions"
        >
          <IconDots size={16} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {heard.map(({ id, name }) => (
          <div key={id}>
            <Menu.Label>{name}</Menu.Label>
            <SpyItems operatorId={id} actions={actions} />
          </div>
        ))}
        {waits && others.length > 0 && (
          <>
            <Menu.Label>{t.moveTo}</Menu.Label>
            {others.map((queue) => (
              <Menu.Item
                key={queue.number}
                leftSection={<IconArrowRight size={16} stroke={1.5} />}
                onClick={() => actions.moveCaller(call.id, queue)}
                data-testid={`move-to-${queue.number}`}
              >
                {queue.name}
              </Menu.Item>
            ))}
          </>
        )}
        {(heard.length > 0 || (waits && others.length > 0)) && <Menu.Divider />}
        <Menu.Item
          c="var(--cs-alarmText)"
          leftSection={<IconPhoneOff size={16} stroke={1.5} />}
          onClick={() => actions.open({ kind: 'end', call })}
          data-testid="end-call"
        >
          {isConference(call) ? t.endConference : t.endCall}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
