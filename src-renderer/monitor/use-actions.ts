import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { SpyMode } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { useTellError } from '../workplace/actions.ts'
import type { FloorDialog } from './floor-dialog.ts'
import { words } from './words.ts'

export interface FloorActions {
  /** Lays a dialog over the floor: what stands on the floor comes and goes. */
  open(dialog: FloorDialog): void
  spy(operatorId: string, mode: SpyMode, privately?: boolean): void
  endCall(callId: string): void
  pause(operatorId: string, reason: string | null): void
  setQueue(operatorId: string, number: string, loggedIn: boolean): void
  moveCaller(callId: string, queue: { number: string; name: string }): void
  /** Null: to every operator. Resolves to whether it went. */
  write(to: readonly string[] | null, text: string): Promise<boolean>
}

/** What a supervisor does on the floor. What came of it is seen in the live view; only failures are said. */
export function useFloorActions(open: (dialog: FloorDialog) => void): FloorActions {
  const api = useApi()
  const t = useWords(words)
  const tell = useTellError()
  return useMemo(() => {
    const run = (work: Promise<unknown>, title: string) => void work.catch((error: unknown) => tell(title, error))
    return {
      open,
      spy(operatorId, mode, privately = false) {
        const id = notifications.show({ message: t.callingYou, autoClose: 4_000 })
        const called = api.spy({ body: { operatorId, mode, private: privately } })
        run(
          called.finally(() => notifications.hide(id)),
          t.spyFailed,
        )
      },
      endCall: (callId) => run(api.endCall({ params: { callId } }), t.endCallFailed),
      pause: (id, reason) => run(api.pauseOperator({ params: { id }, body: { paused: reason !== null, reason } }), t.pauseFailed),
      setQueue: (id, number, loggedIn) =>
        run(api.setOperatorMembership({ params: { id, number }, body: { loggedIn } }), t.queueFailed),
      moveCaller: (callId, { number, name }) =>
        run(
          api.moveCaller({ params: { callId }, body: { number } }).then(() => notifications.show({ message: t.moved(name) })),
          t.moveFailed,
        ),
      async write(to, text) {
        try {
          await api.sendMessage({ body: { to: to && [...to], text } })
          notifications.show({ message: t.sent })
          return true
        } catch (error) {
          tell(t.sendFailed, error)
          return false
        }
      },
    }
  }, [api, t, tell, open])
}

/** May the reader listen without the operator being told? */
export function useMayListenPrivately(): boolean {
  const api = useApi()
  const { data } = useQuery({ queryKey: ['supervisionRights'], queryFn: () => api.supervisionRights() })
  return data?.listenPrivately ?? false
}
