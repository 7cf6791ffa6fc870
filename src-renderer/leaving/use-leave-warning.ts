import { useEffect } from 'react'
import { useDeskState } from '../card/desk-store.ts'
import { customerDrafts } from '../customer/customer-drafts.ts'
import { usePhone } from '../softphone/index.ts'
import { isInCall, isTextOnlyInPage } from './reason-to-stay.ts'

/** The host asks before the page is closed or loaded again in a call, or with text that is nowhere else. */
export function useLeaveWarning(): void {
  const inCall = usePhone((state) => isInCall(state.lines))
  const textOnlyHere = useDeskState(isTextOnlyInPage)
  const customerOnlyHere = customerDrafts((state) => state.unkept.length > 0)
  const warn = inCall || textOnlyHere || customerOnlyHere
  useEffect(() => {
    if (!warn) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [warn])
}
