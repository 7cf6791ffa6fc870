import { useShallow } from 'zustand/react/shallow'
import type { Card, LiveCall } from '../../../server/contract/index.ts'
import { useLive } from '../../app/live/live.ts'
import { useUser } from '../../app/session.ts'
import type { Line } from '../phone.ts'
import { callOfLine, conferenceOf, legOfLine } from './call-of-line.ts'

const noCards: readonly Card[] = []
const noCalls: readonly LiveCall[] = []

/** The server's view of a line; nulls while it does not know the call. */
export function useLineCall(line: Line): { legId: string | null; call: LiveCall | null } {
  return useLive(
    useShallow(({ view }) => ({
      legId: legOfLine(line, view?.cards ?? noCards),
      call: callOfLine(line, view?.cards ?? noCards, view?.calls ?? noCalls),
    })),
  )
}

/** The conference the signed-in person is in. */
export function useOwnConference(): LiveCall | null {
  const { id } = useUser()
  return useLive(({ view }) => conferenceOf(id, view?.calls ?? noCalls))
}
