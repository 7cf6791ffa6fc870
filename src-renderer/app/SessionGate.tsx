import { Modal } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ApiError, type Session } from '../../server/contract/index.ts'
import { ErrorState } from '../ui/index.ts'
import { useApi } from './api.ts'
import { beforeSignOut } from './before-sign-out.ts'
import { useConnection } from './connection.ts'
import { useWords } from './i18n.ts'
import { usePlatform } from './platform.ts'
import { SignInForm, SignInScreen } from './SignIn.tsx'
import { SessionContext } from './session.ts'
import { words } from './words.ts'

/**
 * checking ─200→ signedIn, ─401→ signedOut, ─no answer→ unreachable ─3 s→ checking.
 * signedIn ─the server forgot the session→ signedIn, expired: the screens and the call stay, the password is asked for above them.
 */
type Gate =
  | { readonly step: 'checking' | 'unreachable' | 'signedOut' }
  | { readonly step: 'signedIn'; readonly session: Session; readonly expired: boolean }

const retryMs = 3_000

interface SessionGateProps {
  /** `expire`: something other than a call to the server learned that the session is over. */
  readonly children: (gate: { expire: () => void; expired: boolean }) => React.ReactNode
}

export function SessionGate({ children }: SessionGateProps) {
  const api = useApi()
  const connection = useConnection()
  const platform = usePlatform()
  const queries = useQueryClient()
  const [gate, setGate] = useState<Gate>({ step: 'checking' })
  const others = useRef<BroadcastChannel | null>(null)

  const enter = useCallback(
    (session: Session) =>
      setGate((now) => {
        if (now.step === 'signedIn' && now.session.user.id !== session.user.id) queries.clear()
        return { step: 'signedIn', session, expired: false }
      }),
    [queries],
  )

  const check = useCallback(async () => {
    try {
      enter(await api.session())
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unauthenticated') setGate({ step: 'signedOut' })
      else setGate((now) => (now.step === 'signedIn' ? now : { step: 'unreachable' }))
    }
  }, [api, enter])

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

  // A browser's windows share one cookie: who signs in or out in one of them does so in all.
  useEffect(() => {
    if (platform.capabilities.secretStore) return
    const channel = new BroadcastChannel('callsync-session')
    channel.onmessage = () => check()
    others.current = channel
    return () => channel.close()
  }, [platform, check])

  const onSignedIn = useCallback(
    (session: Session) => {
      enter(session)
      queries.invalidateQueries()
      others.current?.postMessage('changed')
    },
    [enter, queries],
  )

  const signOut = useCallback(async () => {
    await beforeSignOut()
    try {
      await api.signOut()
    } catch (error) {
      const over = error instanceof ApiError && error.code === 'unauthenticated'
      // Without the server a browser cannot lose its cookie; a desktop forgets the token in any case.
      if (!over && !platform.capabilities.secretStore) throw error
    }
    await connection.keepToken(null)
    setGate({ step: 'signedOut' })
    queries.clear()
    others.current?.postMessage('changed')
  }, [api, connection, platform, queries])

  const session = gate.step === 'signedIn' ? gate.session : null
  const handle = useMemo(() => (session ? { session, signOut } : null), [session, signOut])

  if (gate.step === 'unreachable') return <UnreachableScreen onRetry={check} />
  if (gate.step === 'signedOut') return <SignInScreen onSignedIn={onSignedIn} />
  if (gate.step !== 'signedIn') return null
  const { expired } = gate
  return (
    <SessionContext value={handle}>
      {/* Another person is another program: nothing of the one before stays mounted. */}
      <div key={gate.session.user.id} style={{ height: '100%' }}>
        {children({ expire, expired })}
      </div>
      {expired && (
        <ExpiredDialog email={gate.session.user.email} onSignedIn={onSignedIn} onLeave={() => setGate({ step: 'signedOut' })} />
      )}
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

interface ExpiredDialogProps {
  readonly email: string
  readonly onSignedIn: (session: Session) => void
  readonly onLeave: () => void
}

function ExpiredDialog({ email, onSignedIn, onLeave }: ExpiredDialogProps) {
  const t = useWords(words)
  return (
    // Above the screens, not in their way: a call that goes on has to be ended or muted, a sentence finished.
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      withOverlay={false}
      trapFocus={false}
      returnFocus={false}
      lockScroll={false}
      shadow="xl"
      title={t.signIn.expired}
      // Over the customer's data: the call bar above and the card beside it stay free.
      size={300}
      xOffset={88}
      yOffset={64}
      styles={{ inner: { justifyContent: 'flex-start' } }}
    >
      <p style={{ marginTop: 0, color: 'var(--cs-textMuted)' }}>{t.signIn.expiredNote}</p>
      <SignInForm email={email} onSignedIn={onSignedIn} />
      <button type="button" onClick={onLeave} style={linkButton}>
        {t.signIn.otherPerson}
      </button>
    </Modal>
  )
}

const linkButton: React.CSSProperties = {
  marginTop: 12,
  padding: 0,
  border: 0,
  background: 'none',
  color: 'var(--cs-accentText)',
  font: 'inherit',
  cursor: 'pointer',
}
