import { useEffect, useRef } from 'react'
import { useDeskState } from '../card/desk-store.ts'
import { customerDrafts } from '../customer/customer-drafts.ts'
import { unsentCards } from '../desktop/desk-snapshot.ts'
import { usePhone } from '../softphone/index.ts'
import { type AtStake, answerWindows, openWindowsPort } from './other-windows.ts'
import { reasonsToStay } from './reason-to-stay.ts'

/** What signing out would cost in this window, at the moment it is asked. */
export function useAtStake(): () => AtStake {
  const cards = useDeskState((state) => state)
  const lines = usePhone((state) => state.lines)
  const latest = useRef({ cards, lines })
  latest.current = { cards, lines }
  const read = useRef(() => {
    const { cards, lines } = latest.current
    const customers = customerDrafts.getState()
    return {
      reasons: reasonsToStay(lines, cards, customers),
      unsent: unsentCards(cards) + Object.keys(customers.byCard).length,
    }
  })
  return read.current
}

/** Tells a window in which the person signs out what it would cost here. */
export function useAnswerLeaving(): void {
  const atStake = useAtStake()
  useEffect(() => {
    const port = openWindowsPort()
    const stop = answerWindows(port, atStake)
    return () => {
      stop()
      port.close()
    }
  }, [atStake])
}
