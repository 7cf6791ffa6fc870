import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ApiError, type Session } from '../../server/contract/index.ts'
import { ErrorState } from '../ui/index.ts'
import { useApi } from './api.ts'
import { beforeSignOut } from './before-sign-out.ts'
import { useConnection } from './connection.ts'
import { setPhoneRegion } from './phone-region.ts'
import { usePlatform } from './platform.ts'
import { SignInScreen } from './SignIn.tsx'
import { SessionContext } from './session.ts'
import { afterNews, type Gate, openSessionChannel, type SessionNews } from './session-news.ts'

const retryMs = 3_000

/** What the screens know of the gate around them. */
export interface OpenGate {
  /** Something other than a call to the server learned that the session is over. */
  readonly expire: () => void
  readonly expired: boolean
  /** The person whose session ended signed in again. */
  readonly onSignedIn: (session: Session) => void
}

export function SessionGate({ children }: { children: (gate: OpenGate) => React.ReactNode }) {
  const api = useApi()
  const connection = useConnection()
  const platform = usePlatform()
  const queries = useQueryClient()
  const [gate, setGate] = useState<Gate>({ step: 'checking' })
  const others = useRef<ReturnType<typeof openSessionChannel> | null>(null)
  /** Counts what was learned of the session: an answer to an older question says nothing any more. */
  const learned = useRef(0)

  const enter = useCallback((session: Session) => {
    learned.current += 1
    setPhoneRegion(session.phoneRegion)
    setGate((now) => {
      const another = now.step === 'signedIn' && now.session.user.id !== session.user.id
      // The screens of the one before leave first, and what they had read with them.
      return another ? { step: 'checking' } : { step: 'signedIn', session, expired: false }
    })
  }, [])

  const check = useCallback(async () => {
    const asked = learned.current
    const isOld = () => asked !== learned.current
    try {
      await connection.readToken()
      const session = await api.session()
      if (!isOld()) enter(session)
    } catch (error) {
      if (isOld()) return
      if (error instanceof ApiError && error.code === 'unauthenticated') setGate({ step: 'signedOut' })
      else setGate((now) => (now.step === 'signedIn' ? now : { step: 'unreachable' }))
    }
  }, [api, connection, enter])

  useEffect(() => {
    if (gate.step === 'checking') check()
    if (gate.step !== 'unreachable') return
    const timer = setTimeout(check, retryMs)
    return () => clearTimeout(timer)
  }, [gate, check])

  const expire = useCallback(
    () => setGate((now) => (now.step === 'signedIn' && !now.expired ? { ...now, expired: true } : now)),
    [],
  )
  useEffect(() => connection.onUnauthenticated(expire), [connection, expire])

  // The windows of a browser share one cookie, those of a desktop app one token: who signs in or out in one of them does so in all.
  useEffect(() => {
    const onNews = (news: SessionNews) => {
      learned.current += 1
      setGate((now) => afterNews(now, news))
      if (news.kind === 'signedIn') check()
    }
    const channel = openSessionChannel(onNews)
    others.current = channel
    return () => channel.close()
  }, [check])

  const onSignedIn = useCallback(
    (session: Session) => {
      enter(session)
      queries.invalidateQueries()
      others.current?.tell({ kind: 'signedIn', userId: session.user.id })
    },
    [enter, queries],
  )

  const expired = gate.step === 'signedIn' && gate.expired
  const signOut = useCallback(async () => {
    await beforeSignOut()
    try {
      // A session that is over needs no ending.
      if (!expired) await api.signOut()
    } catch (error) {
      const over = error instanceof ApiError && error.code === 'unauthenticated'
      // Without the server a browser cannot lose its cookie; a desktop forgets the token in any case.
      if (!over && !platform.capabilities.secretStore) throw error
    }
    await connection.keepToken(null)
    learned.current += 1
    setGate({ step: 'signedOut' })
    others.current?.tell({ kind: 'signedOut' })
  }, [api, connection, platform, expired])

  const userId = gate.step === 'signedIn' ? gate.session.user.id : null
  useEffect(() => {
    if (userId === null) return
    // Nothing of a person stays when they leave, whichever way.
    return () => {
      queries.clear()
      notifications.clean()
    }
  }, [userId, queries])

  const session = gate.step === 'signedIn' ? gate.session : null
  const handle = useMemo(() => (session ? { session, signOut } : null), [session, signOut])

  if (gate.step === 'unreachable') return <UnreachableScreen onRetry={check} />
  if (gate.step === 'signedOut') return <SignInScreen onSignedIn={onSignedIn} />
  if (gate.step !== 'signedIn') return null
  return (
    <SessionContext value={handle}>
      {/* Another person is another program: nothing of the one before stays mounted. */}
      <div key={gate.session.user.id} style={{ height: '100%' }}>
        {children({ expire, expired, onSignedIn })}
      </div>
    </SessionContext>
  )
}

function UnreachableScreen({ onRetry }: { onRetry: () => void }) {
  return (
    <main style={{ display: 'grid', placeItems: 'center', height: '100vh' }}>
      <ErrorState error={new ApiError('offline', '')} onRetry={onRetry} />
    </main>
  )
}
