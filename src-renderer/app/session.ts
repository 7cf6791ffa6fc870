import { createContext, useContext } from 'react'
import type { Session, User } from '../../server/contract/index.ts'

export interface SessionHandle {
  readonly session: Session
  /** Ends the session on the server and forgets the token. What is typed stays on this computer. */
  signOut(): Promise<void>
}

export const SessionContext = createContext<SessionHandle | null>(null)

function useHandle(): SessionHandle {
  const handle = useContext(SessionContext)
  if (handle === null) throw new Error('useSession outside of the session gate')
  return handle
}

export const useSession = (): Session => useHandle().session
export const useUser = (): User => useHandle().session.user
export const useSignOut = (): (() => Promise<void>) => useHandle().signOut
