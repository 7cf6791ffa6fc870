import { Popover } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconMessageCircle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useLive } from '../app/live/live.ts'
import { EmptyState, ErrorState, LoadingLines } from '../ui/index.ts'
import classes from './Supervision.module.css'
import { words } from './words.ts'

const noticeMs = 20_000
const queryKey = ['messages']
const offline = new ApiError('offline', 'the server is away')

/** What supervisors wrote: each one once as a quiet notice, all of them here. */
export function MessagesButton() {
  const t = useWords(words)
  const api = useApi()
  const format = useFormat()
  const queries = useQueryClient()
  const newest = useLive((state) => state.message)
  const open = useLive((state) => state.connection === 'open')
  const [shown, setShown] = useState(false)
  const noticed = useRef<string | null>(null)
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => api.messages(), enabled: open })
  const { mutate: read } = useMutation({ mutationFn: () => api.readMessages() })

  useEffect(() => {
    // Also what came while the server was away.
    if (open) void queries.invalidateQueries({ queryKey })
  }, [open, queries])
  useEffect(() => {
    if (newest === null || noticed.current === newest.id) return
    noticed.current = newest.id
    void queries.invalidateQueries({ queryKey })
    const { id, fromName, text } = newest
    notifications.show({ id, title: t.messageFrom(fromName), message: text, autoClose: noticeMs })
  }, [newest, queries, t])

  const messages = data?.messages ?? []
  const unread = messages.filter(({ readAtMs }) => readAtMs === null).length
  const change = (opened: boolean) => {
    setShown(opened)
    if (opened && unread > 0) read()
    // What was new stays marked until the list is closed.
    if (!opened) void queries.invalidateQueries({ queryKey })
  }
  return (
    <Popover opened={shown} onChange={change} position="right-end" offset={12} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.messages}
          aria-label={unread > 0 ? t.unread(unread) : t.messages}
          title={t.messages}
          onClick={() => change(!shown)}
          data-testid="messages"
        >
          <IconMessageCircle size={20} stroke={1.5} aria-hidden />
          {unread > 0 && (
            <span className={classes.unread} data-testid="unread-messages">
              {unread}
            </span>
          )}
        </button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        {!data ? (
          error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : open ? (
            <LoadingLines />
          ) : (
            <ErrorState error={offline} />
          )
        ) : messages.length === 0 ? (
          <EmptyState title={t.noMessages} hint={t.noMessagesHint} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keys
          <ul className={classes.list} tabIndex={0}>
            {messages.map(({ id, atMs, fromName, text, readAtMs }) => (
              <li key={id} className={classes.message} data-unread={readAtMs === null || undefined} data-testid="message">
                <div className={classes.head}>
                  <span>{fromName}</span>
                  <span>{format.dateTime(atMs)}</span>
                </div>
                {text}
              </li>
            ))}
          </ul>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}
