import { Menu } from '@mantine/core'
import { IconCheck, IconLock, IconUsers } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type LiveQueue, mayJoin } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { useLive } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { useTellError } from './actions.ts'
import { words } from './words.ts'

const noQueues: readonly LiveQueue[] = []

interface OwnQueuesProps {
  queues: readonly string[]
  /** Those the PBX's own configuration puts the person in. */
  fixed: readonly string[]
  /** Those the person may log in to; null: all. */
  allowed: string[] | null
}

/** Which queues bring calls here: logging in and out of each, in the menu of the own status. */
export function OwnQueues({ queues, fixed, allowed }: OwnQueuesProps) {
  const t = useWords(words)
  const api = useApi()
  const tell = useTellError()
  const all = useLive((state) => state.view?.queues ?? noQueues)
  const set = useMutation({
    mutationFn: (wish: { number: string; loggedIn: boolean }) =>
      api.setQueueMembership({ params: { number: wish.number }, body: { loggedIn: wish.loggedIn } }),
    onError: (error) => tell(t.queueFailed, error),
  })
  const { extension } = useUser()
  const own = all.filter(({ number }) => queues.includes(number) || mayJoin({ extension, allowedQueues: allowed }, number))
  if (own.length === 0) return null
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t.ownQueues}</Menu.Label>
      {own.map(({ number, name }) => {
        const inside = queues.includes(number)
        const locked = fixed.includes(number)
        return (
          <Menu.Item
            key={number}
            role="menuitemcheckbox"
            aria-checked={inside}
            closeMenuOnClick={false}
            disabled={locked || set.isPending}
            title={locked ? t.fixedQueue : undefined}
            leftSection={<IconUsers size={14} stroke={1.75} />}
            rightSection={locked ? <IconLock size={14} stroke={1.75} /> : inside ? <IconCheck size={14} stroke={1.75} /> : null}
            onClick={() => set.mutate({ number, loggedIn: !inside })}
            data-testid={`queue-${number}`}
          >
            {name}
          </Menu.Item>
        )
      })}
    </>
  )
}
