import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { ApiError, contractVersion, type Session } from '../../server/contract/index.ts'
import { useErrorWords } from '../ui/index.ts'
import { Mark } from '../ui/Mark.tsx'
import { useApi } from './api.ts'
import { useConnection } from './connection.ts'
import { demoPassword, demoPeople } from './demo-people.ts'
import { useWords } from './i18n.ts'
import { LanguageSwitch, ThemeSwitch } from './Preferences.tsx'
import { usePlatform } from './platform.ts'
import classes from './SignIn.module.css'
import { words } from './words.ts'

/** The whole window before a person is known. */
export function SignInScreen({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const t = useWords(words)
  return (
    <SignInFrame claim={t.signIn.claim} claimNote={t.signIn.claimNote} title={t.signIn.title}>
      <SignInForm onSignedIn={onSignedIn} />
    </SignInFrame>
  )
}

interface SignInFrameProps {
  readonly claim: string
  readonly claimNote: string
  readonly title: string
  readonly children: React.ReactNode
}

/** The look of the pages before the workplace. */
export function SignInFrame({ claim, claimNote, title, children }: SignInFrameProps) {
  const t = useWords(words)
  return (
    <div className={classes.screen}>
      <section className={classes.side}>
        <div className={classes.brand}>
          <Mark size={36} />
          <span>{t.product}</span>
        </div>
        <div>
          <p className={classes.claim}>{claim}</p>
          <p className={classes.claimNote}>{claimNote}</p>
        </div>
        <svg className={classes.arcs} viewBox="0 0 400 400" aria-hidden>
          {[70, 120, 170, 220].map((r) => (
            <g key={r} fill="none" strokeWidth="1.5">
              <circle cx={200 - r} cy="200" r={r} />
              <circle cx={200 + r} cy="200" r={r} />
            </g>
          ))}
        </svg>
      </section>
      <main className={classes.main}>
        <div className={classes.switches}>
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
        <div className={classes.form}>
          <h1 className={classes.title}>{title}</h1>
          {children}
        </div>
      </main>
    </div>
  )
}

interface SignInFormProps {
  readonly onSignedIn: (session: Session) => void
  /** The person whose session ended: only the password is asked for. */
  readonly email?: string
}

export function SignInForm({ onSignedIn, email }: SignInFormProps) {
  const t = useWords(words)
  const api = useApi()
  const connection = useConnection()
  const platform = usePlatform()
  const health = useQuery({ queryKey: ['health'], queryFn: () => api.health(), staleTime: Number.POSITIVE_INFINITY })
  const spoken = health.data?.contractVersion ?? contractVersion
  const otherVersion = spoken === contractVersion ? null : spoken
  const [values, setValues] = useState({ email: email ?? '', password: '' })
  const [wrong, setWrong] = useState<{ readonly email?: string; readonly password?: string }>({})
  const change = (typed: Partial<typeof values>) => {
    setValues((before) => ({ ...before, ...typed }))
    setWrong((before) => ({
      ...(typed.email === undefined && before.email !== undefined && { email: before.email }),
      ...(typed.password === undefined && before.password !== undefined && { password: before.password }),
    }))
  }
  const passwordField = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: async (who: { email: string; password: string }) => {
      const { token, ...session } = await api.signIn({ body: { ...who, email: who.email.trim(), host: platform.host } })
      await connection.keepToken(token)
      return session
    },
    onSuccess: onSignedIn,
    onError: () => {
      change({ password: '' })
      passwordField.current?.focus()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const problems = {
      ...(!/^\S+@\S+\.\S+$/.test(values.email.trim()) && { email: t.signIn.emailNeeded }),
      ...(values.password === '' && { password: t.signIn.passwordNeeded }),
    }
    setWrong(problems)
    if (Object.keys(problems).length === 0) signIn.mutate(values)
  }
  return (
    <>
      <form className={classes.fields} onSubmit={submit} noValidate>
        {signIn.error && <SignInProblem error={signIn.error} />}
        {otherVersion !== null && (
          <Alert color="yellow" role="alert">
            {platform.host === 'browser'
              ? t.strips.outdated
              : t.strips.otherVersion[otherVersion > contractVersion ? 'serverNewer' : 'serverOlder']}
          </Alert>
        )}
        <TextInput
          label={t.signIn.email}
          type="email"
          autoComplete="username"
          disabled={email !== undefined}
          data-autofocus={email === undefined || undefined}
          autoFocus={email === undefined}
          value={values.email}
          error={wrong.email}
          onChange={(event) => change({ email: event.currentTarget.value })}
        />
        <PasswordInput
          ref={passwordField}
          label={t.signIn.password}
          autoComplete="current-password"
          // Whoever types elsewhere when the session ends is not torn away from it.
          autoFocus={email !== undefined && document.activeElement === document.body}
          value={values.password}
          error={wrong.password}
          onChange={(event) => change({ password: event.currentTarget.value })}
        />
        <Button type="submit" loading={signIn.isPending} fullWidth mt={4}>
          {t.signIn.submit}
        </Button>
      </form>
      {health.data?.demo && email === undefined && (
        <div className={classes.demo}>
          <div className={classes.demoTitle}>{t.signIn.demo}</div>
          <div className={classes.people}>
            {demoPeople.map((person) => (
              <button
                key={person.email}
                type="button"
                className={classes.person}
                disabled={signIn.isPending}
                onClick={() => signIn.mutate({ email: person.email, password: demoPassword })}
              >
                <span className={classes.personName}>{person.name}</span>
                <span className={classes.personRole}>{t.roles[person.role]}</span>
              </button>
            ))}
          </div>
        </div>
      )}
    </>
  )
}

function SignInProblem({ error }: { error: Error }) {
  const t = useWords(words)
  const { title, hint } = useErrorWords(error)
  const serious = !(error instanceof ApiError) || error.code !== 'offline'
  return (
    <Alert color={serious ? 'red' : 'gray'} title={title} role="alert">
      {serious ? hint : t.signIn.offlineHint}
    </Alert>
  )
}
