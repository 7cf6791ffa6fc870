import { useEffect } from 'react'
import { usePlatform } from '../app/platform.ts'
import { useDeskState } from '../card/desk-store.ts'
import { usePhone } from '../softphone/index.ts'
import { isInCall, isTextOnlyInPage, reasonToStay } from './reason-to-stay.ts'

/**
 * The browser asks before the page is closed or loaded again in a call, or with text that is nowhere else.
 * Not on the desktop: Electron takes the same sign for a refusal and would keep the window open without a word.
 */
export function useLeaveWarning(): void {
  const { host } = usePlatform()
  const inCall = usePhone((state) => isInCall(state.lines))
  const textOnlyHere = useDeskState(isTextOnlyInPage)
  const warn = host === 'browser' && (inCall || textOnlyHere)
  useEffect(() => {
    if (!warn) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [warn])
}

/** What stands against signing out now. */
export function useReasonToStay(): ReturnType<typeof reasonToStay> {
  const lines = usePhone((state) => state.lines)
  return useDeskState((desk) => reasonToStay(lines, desk))
}
