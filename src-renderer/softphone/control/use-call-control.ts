import { useShallow } from 'zustand/react/shallow'
import type { Card, LiveCall } from '../../../server/contract/index.ts'
import { useLive } from '../../app/live/live.ts'
import { useUser } from '../../app/session.ts'
import type { Line } from '../phone.ts'
import { usePhone } from '../ui/provider.tsx'
import { callOfLine, conferenceOf, legOfLine } from './call-of-line.ts'
import { conferenceLine } from './conference-line.ts'

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

export interface OwnConference {
  /** Null: the signed-in person is in none. */
  readonly conference: LiveCall | null
  readonly conferenceId: string | null
  /** The own way into it; null when that is another phone. */
  readonly lineId: string | null
}

export function useOwnConference(): OwnConference {
  const { id } = useUser()
  const lines = usePhone((state) => state.lines)
  const consultation = usePhone((state) => state.consultation)
  return useLive(
    useShallow(({ view }) => {
      const cards = view?.cards ?? noCards
      const calls = view?.calls ?? noCalls
      const conference = conferenceOf(id, calls)
      const callOf = (line: Line) => callOfLine(line, cards, calls)
      const line = conferenceLine({ lines, consultation, conference, callOf })
      return { conference, conferenceId: conference?.conferenceId ?? null, lineId: line?.id ?? null }
    }),
  )
}
