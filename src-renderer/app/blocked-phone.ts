import { useEffect, useState } from 'react'
import { useDeskState } from '../card/desk-store.ts'
import { isTextOnlyInPage } from '../leaving/reason-to-stay.ts'
import { usePhone } from '../softphone/index.ts'

/** What of a policy violation tells that the softphone's own socket was refused. */
interface Violation {
  readonly effectiveDirective: string
  readonly blockedURI: string
}

export const isPhoneBlocked = ({ effectiveDirective, blockedURI }: Violation): boolean =>
  effectiveDirective === 'connect-src' && /^wss?:/.test(blockedURI)

interface Work {
  readonly inCall: boolean
  readonly openCards: number
  readonly textOnlyInPage: boolean
  readonly typing: boolean
  /** This page was loaded again for the same address already, and that did not help. */
  readonly tried: boolean
}

/** Loading again disturbs nobody. */
export const mayReload = ({ inCall, openCards, textOnlyInPage, typing, tried }: Work): boolean =>
  !inCall && openCards === 0 && !textOnlyInPage && !typing && !tried

const storageKey = 'callsync.reloadedForPbx'

/**
 * A page's policy names the PBX it was loaded with. When an administrator sets another one, the phone cannot reach it until
 * the page is loaded again: at once where nobody is disturbed, else the person is told. True: tell them.
 */
export function useBlockedPhone(): boolean {
  const [blocked, setBlocked] = useState<string | null>(null)
  const inCall = usePhone((state) => state.lines.some(({ phase }) => phase !== 'ended'))
  const registered = usePhone((state) => state.link === 'registered')
  const openCards = useDeskState(({ entries }) => Object.keys(entries).length)
  const textOnlyInPage = useDeskState(isTextOnlyInPage)

  useEffect(() => {
    const onViolation = (event: SecurityPolicyViolationEvent) => {
      if (isPhoneBlocked(event)) setBlocked(event.blockedURI)
    }
    document.addEventListener('securitypolicyviolation', onViolation)
    return () => document.removeEventListener('securitypolicyviolation', onViolation)
  }, [])

  useEffect(() => {
    if (registered) setBlocked(null)
  }, [registered])

  useEffect(() => {
    if (blocked === null) return
    const typing = document.activeElement?.matches('input, textarea, select, [contenteditable]') ?? false
    if (!mayReload({ inCall, openCards, textOnlyInPage, typing, tried: remembered() === blocked })) return
    // Without a memory of it the page would load again and again.
    if (remember(blocked)) location.reload()
  }, [blocked, inCall, openCards, textOnlyInPage])

  return blocked !== null
}

function remembered(): string | null {
  try {
    return sessionStorage.getItem(storageKey)
  } catch {
    return null
  }
}

function remember(address: string): boolean {
  try {
    sessionStorage.setItem(storageKey, address)
    return true
  } catch {
    return false
  }
}
