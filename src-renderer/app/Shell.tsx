import { useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { MonitorScreen } from '../monitor/index.ts'
import { CallsScreen } from '../reports/index.ts'
import { SettingsScreen } from '../settings/index.ts'
import { CallBar } from '../softphone/index.ts'
import { EmptyState } from '../ui/index.ts'
import { HistoryScreen, OwnStatus, TasksScreen, useDescribeLine, WorkplaceScreen, WorkplaceServices } from '../workplace/index.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { useWords } from './i18n.ts'
import { KeysSheet } from './KeysSheet.tsx'
import { useKeys } from './keys.ts'
import { useLiveConnection, useLiveReset } from './live/use-live-connection.ts'
import { PhoneHost } from './PhoneHost.tsx'
import { Rail } from './Rail.tsx'
import classes from './Shell.module.css'
import { Strips } from './Strips.tsx'
import { mayOversee, type SectionId, sectionsOf } from './sections.ts'
import { useUser } from './session.ts'
import { words } from './words.ts'

const screens: Record<SectionId, React.ComponentType> = {
  workplace: WorkplaceScreen,
  tasks: TasksScreen,
  history: HistoryScreen,
  floor: MonitorScreen,
  calls: CallsScreen,
  settings: SettingsScreen,
}

/** Everything around the screens: the rail, the call bar, the strips. `expire`: the live socket learned that the session is over. */
export function Shell({ expire, expired }: { expire: () => void; expired: boolean }) {
  const user = useUser()
  const [path] = useLocation()
  useLiveReset()
  return (
    <>
      {!expired && <LiveConnection onUnauthenticated={expire} />}
      {path === '/monitor' && mayOversee(user) ? <MonitorWindow /> : <MainWindow />}
    </>
  )
}

/** Stops while the session is expired and starts anew after signing in. */
function LiveConnection({ onUnauthenticated }: { onUnauthenticated: () => void }) {
  useLiveConnection(onUnauthenticated)
  return null
}

/** The monitor in a window of its own, e.g. on the wall: no rail, no phone. */
function MonitorWindow() {
  return (
    <div className={classes.column} style={{ height: '100vh' }}>
      <Strips />
      <main className={classes.screen}>
        <ErrorBoundary>
          <MonitorScreen />
        </ErrorBoundary>
      </main>
    </div>
  )
}

function MainWindow() {
  const t = useWords(words)
  const user = useUser()
  const sections = sectionsOf(user)
  const [path, go] = useLocation()
  const [keysShown, setKeysShown] = useState(false)
  useKeys('app', t.keys.group, [
    { keys: '?', title: t.keys.sheet, run: () => setKeysShown(true) },
    ...sections.map(({ id, path }, at) => ({ keys: `Alt+${at + 1}`, title: t.keys.goTo(t.sections[id]), run: () => go(path) })),
  ])
  const home = sections[0]?.path ?? '/settings'
  return (
    <PhoneHost>
      <WorkplaceServices />
      <div className={classes.window}>
        <Rail sections={sections} onKeys={() => setKeysShown(true)} />
        <div className={classes.column}>
          {user.extension !== null && <PhoneBar />}
          <Strips />
          <main className={classes.screen}>
            <ErrorBoundary resetKey={path}>
              <Switch>
                <Route path="/">
                  <Redirect to={home} replace />
                </Route>
                {sections.map(({ id, path }) => (
                  <Route key={id} path={`${path}/*?`} component={screens[id]} />
                ))}
                <Route>
                  <Lost home={home} />
                </Route>
              </Switch>
            </ErrorBoundary>
          </main>
        </div>
        <KeysSheet opened={keysShown} onClose={() => setKeysShown(false)} />
      </div>
    </PhoneHost>
  )
}

function PhoneBar() {
  const describeLine = useDescribeLine()
  return <CallBar status={<OwnStatus />} describeLine={describeLine} />
}

function Lost({ home }: { home: string }) {
  const t = useWords(words)
  const [, go] = useLocation()
  return (
    <div style={{ margin: 'auto' }}>
      <EmptyState
        title={t.notFound.title}
        hint={t.notFound.hint}
        action={
          <button type="button" className={classes.home} onClick={() => go(home)}>
            {t.notFound.home}
          </button>
        }
      />
    </div>
  )
}
