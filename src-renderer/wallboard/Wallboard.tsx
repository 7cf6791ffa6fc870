import { type FormEvent, useEffect, useMemo, useState } from 'react'
import { wallboardLivePath } from '../../server/contract/wallboard-view.ts'
import { openBrowserSocket } from '../app/live/browser-socket.ts'
import { BoardClient } from './board-client.ts'
import { useBoard } from './board-store.ts'
import { steadyNow } from './clock.ts'
import { hidePointer, keepAwake } from './host.ts'
import { tokenIn, tokenOf } from './link-of-page.ts'
import { loadAgain } from './load-again.ts'
import { Round } from './Round.tsx'
import { keepLook, lastLook, TextsContext, textsOf, useTexts } from './screen.ts'
import { putOnTheme } from './theme.ts'
import classes from './Wallboard.module.css'

/** One link's figures on one screen. */
export function Wallboard() {
  const token = useToken()
  const screen = useBoard((state) => state.view?.screen)
  const [before] = useState(lastLook)
  const { language, theme } = screen ?? before
  const texts = useMemo(() => textsOf(language, screen?.timeZone), [language, screen?.timeZone])
  useEffect(() => putOnTheme(theme), [theme])
  useEffect(() => {
    document.documentElement.lang = language
    document.title = `${screen?.name ?? texts.t.title} — CallSync Central`
  }, [language, screen?.name, texts])
  useEffect(() => {
    if (screen) keepLook(screen)
  }, [screen])
  useEffect(hidePointer, [])
  useEffect(keepAwake, [])
  return <TextsContext value={texts}>{token === null ? <TokenForm /> : <LinkedBoard key={token} token={token} />}</TextsContext>
}

/** Of the address, also when somebody opens another link in the same tab. */
function useToken(): string | null {
  const [token, setToken] = useState(() => tokenOf(location.hash))
  useEffect(() => {
    const onHash = () => setToken(tokenOf(location.hash))
    window.addEventListener('hashchange', onHash)
    return () => window.removeEventListener('hashchange', onHash)
  }, [])
  return token
}

function LinkedBoard({ token }: { token: string }) {
  const { t, format } = useTexts()
  const connection = useBoard((state) => state.connection)
  const view = useBoard((state) => state.view)
  useEffect(() => {
    useBoard.setState(useBoard.getInitialState(), true)
    const client = new BoardClient({
      token,
      openSocket: (events) => openBrowserSocket(location.origin.replace(/^http/, 'ws') + wallboardLivePath, events),
      now: steadyNow,
      random: Math.random,
      read: useBoard.getState,
      update: (change) => useBoard.setState(change),
      onOutdated: () => void loadAgain(),
    })
    const wake = () => client.wake()
    window.addEventListener('online', wake)
    document.addEventListener('visibilitychange', wake)
    client.start()
    return () => {
      client.stop()
      window.removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', wake)
    }
  }, [token])
  if (connection === 'refused') return <Message title={t.refused} hint={t.refusedHint} />
  if (connection === 'expired') return <Message title={t.expired} hint={t.expiredHint} />
  if (view === null) return connection === 'busy' ? <Message title={t.busy} hint={t.busyHint} /> : <Waiting />
  if (view.queues.length === 0 && connection === 'open')
    return view.pbx.state === 'up' ? (
      <Message title={t.noQueues} hint={t.noQueuesHint} />
    ) : (
      <Message title={t.pbxAway(format.timeWithSeconds(view.pbx.sinceMs))} />
    )
  return <Round view={view} />
}

/** After this it is no longer a start that takes its time. */
const patienceMs = 8_000

function Waiting() {
  const { t } = useTexts()
  const [long, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), patienceMs)
    return () => clearTimeout(timer)
  }, [])
  return <Message title={long ? t.never : t.connecting} />
}

function Message({ title, hint }: { title: string; hint?: string }) {
  return (
    <main className={classes.message} role="status">
      <h1>{title}</h1>
      {hint !== undefined && <p>{hint}</p>}
    </main>
  )
}

/** For a remote control: the address without its long end, and the code by itself. */
function TokenForm() {
  const { t } = useTexts()
  const [typed, setTyped] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const token = tokenIn(typed)
    if (token !== '') location.hash = token
  }
  return (
    <main className={classes.message}>
      <form onSubmit={submit}>
        <label>
          <h1>{t.noToken}</h1>
          <p>{t.noTokenHint}</p>
          <input
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            // biome-ignore lint/a11y/noAutofocus: there is nothing else on this page
            autoFocus
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
          />
        </label>
        <button type="submit">{t.open}</button>
      </form>
    </main>
  )
}
