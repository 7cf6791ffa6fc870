import { Button } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { User } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { nothing } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useNameWithServer } from '../app/live/servers.ts'
import { words as appWords } from '../app/words.ts'
import { type Column, DataTable, EmptyState, ToneBadge } from '../ui/index.ts'
import { PersonDialog } from './PersonDialog.tsx'
import classes from './Settings.module.css'
import { words } from './words.ts'

/** Who may sign in, as what, and with which phone. */
export function PeoplePage() {
  const all = useWords(words)
  const t = all.people
  const roles = useWords(appWords).roles
  const api = useApi()
  const named = useNameWithServer()
  const users = useQuery({ queryKey: ['users'], queryFn: () => api.listUsers() })
  const [edited, setEdited] = useState<User | 'new' | null>(null)
  const columns = useMemo<Column<User>[]>(
    () => [
      { id: 'name', title: t.name, sortValue: (user) => user.name, render: (user) => <span title={user.name}>{user.name}</span> },
      {
        id: 'email',
        title: t.email,
        sortValue: (user) => user.email,
        render: (user) => <span title={user.email}>{user.email}</span>,
      },
      { id: 'role', title: t.role, width: '150px', sortValue: (user) => user.role, render: (user) => roles[user.role] },
      {
        id: 'extension',
        title: t.extension,
        width: '176px',
        align: 'right',
        sortValue: (user) => user.extension,
        render: ({ extension }) => (extension === null ? nothing : <span title={named(extension)}>{named(extension)}</span>),
      },
      {
        id: 'state',
        title: t.state,
        width: '110px',
        sortValue: (user) => Number(!user.active),
        render: (user) => (
          <ToneBadge tone={user.active ? 'ok' : 'off'}>{user.active ? t.states.active : t.states.inactive}</ToneBadge>
        ),
      },
    ],
    [t, roles, named],
  )
  return (
    <>
      <div className={classes.tableTools}>
        <Button size="xs" leftSection={<IconUserPlus size={16} stroke={1.5} />} onClick={() => setEdited('new')}>
          {t.add}
        </Button>
        {users.data && t.count(users.data.users.length)}
      </div>
      <div className={classes.table}>
        <DataTable
          label={all.pages.people}
          columns={columns}
          rows={users.data?.users}
          rowKey={(user) => user.id}
          error={users.error}
          onRetry={users.refetch}
          onOpen={setEdited}
          minWidth="760px"
          empty={<EmptyState title={t.empty} hint={t.emptyHint} />}
        />
      </div>
      {edited !== null && <PersonDialog user={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </>
  )
}
