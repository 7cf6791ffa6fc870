import { IconLock } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { readWindowName } from '../desktop/window-name.ts'
import { CallBar, PhoneProvider } from '../softphone/index.ts'
import { EmptyState, LoadingLines } from '../ui/index.ts'
import { OwnStatus, useDescribeLine, WorkplaceScreen, WorkplaceServices } from '../workplace/index.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { useWords } from './i18n.ts'
import { useKeys } from './keys.ts'
import { fetchAhead, later } from './later.tsx'
import { useLiveConnection, useLiveReset } from './live/use-live-connection.ts'
import { PhoneHost } from './PhoneHost.tsx'
import { usePlatform } from './platform.ts'
import { Rail } from './Rail.tsx'
import type { OpenGate } from './SessionGate.tsx'
import classes from './Shell.module.css'
import { Strips } from './Strips.tsx'
import { mayOversee, type SectionId, sectionsOf } from './sections.ts'
import { useUser } from './session.ts'
import { words } from './words.ts'

// What an operator opens first is there at once; the rest is fetched while nobody waits for it, the services and dialogs first.
const DeskServices = later(
  () => import('../desktop/DeskServices.tsx'),
  (module) => module.DeskServices,
  { unhurried: true },
)
const RemoteHeadsetService = later(
  () => import('../headset/HeadsetService.tsx'),
  (module) => module.RemoteHeadsetService,
)
const ExpiredDialog = later(
  () => import('./ExpiredDialog.tsx'),
  (module) => module.ExpiredDialog,
)
const KeysSheet = later(
  () => import('./KeysSheet.tsx'),
  (module) => module.KeysSheet,
  { unhurried: true },
)
const SupervisionStrips = later(
  () => import('../supervision/SupervisionStrips.tsx'),
  (module) => module.SupervisionStrips,
  { unhurried: true },
)
const AlarmWatch = later(
  () => import('../monitor/alarms/AlarmWatch.tsx'),
  (module) => module.AlarmWatch,
  { unhurried: true },
)
const TasksScreen = later(
  () => import('../worklists/TasksScreen.tsx'),
  (module) => module.TasksScreen,
  { Meanwhile: Opening },
)
const HistoryScreen = later(
  () => import('../worklists/HistoryScreen.tsx'),
  (module) => module.HistoryScreen,
  { Meanwhile: Opening },
)
const MonitorScreen = later(
  () => import('../monitor/index.ts'),
  (module) => module.MonitorScreen,
  { Meanwhile: Opening },
)
const CallsScreen = later(
  () => import('../reports/index.ts'),
  (module) => module.CallsScreen,
  { Meanwhile: Opening },
)
const ReportsScreen = later(
  () => import('../reports/ReportsScreen.tsx'),
  (module) => module.ReportsScreen,
  { Meanwhile: Opening },
)
const CallDrawer = later(
  () => import('../worklists/CallDrawer.tsx'),
  (module) => module.CallDrawer,
  { unhurried: true },
)
const SettingsScreen = later(
  () => import('../settings/index.ts'),
  (module) => module.SettingsScreen,
  { Meanwhile: Opening },
)

const screens: Record<SectionId, React.ComponentType> = {
  workplace: WorkplaceScreen,
  tasks: TasksScreen,
  history: HistoryScreen,
  floor: MonitorScreen,
  calls: CallsScreen,
  reports: ReportsScreen,
  settings: SettingsScreen,
}

/** Everything around the screens: the rail, the call bar, the strips. */
export function Shell({ expire, expired, onSignedIn }: OpenGate) {
  const user = useUser()
  const { host } = usePlatform()
  const [path] = useLocation()
  useLiveReset()
  useEffect(fetchAhead, [])
  const name = readWindowName(host)
  // On a desktop the window on the wall stays what it is, whoever signs in: it never takes an operator's phone.
  const monitor = (path === '/monitor' && mayOversee(user)) || (host === 'desktop' && name === 'monitor')
  const signInAgain = expired && <ExpiredDialog onSignedIn={onSignedIn} />
  return (
    <>
      {!expired && <LiveConnection onUnauthenticated={expire} />}
      {monitor ? (
        <SideWindow screen={mayOversee(user) ? <MonitorScreen /> : <NotYours />} expired={expired}>
          {signInAgain}
        </SideWindow>
      ) : name === 'settings' ? (
        <SideWindow screen={<SettingsScreen />} expired={expired} setsSound>
          {signInAgain}
        </SideWindow>
      ) : (
        <MainWindow expired={expired}>{signInAgain}</MainWindow>
      )}
    </>
  )
}

/** Stops while the session is expired and starts anew after signing in. */
function LiveConnection({ onUnauthenticated }: { onUnauthenticated: () => void }) {
  useLiveConnection(onUnauthenticated)
  return null
}

interface SideWindowProps {
  readonly screen: React.ReactNode
  readonly expired: boolean
  readonly setsSound?: boolean
  readonly children: React.ReactNode
}

/** The monitor on the wall, or the settings of a desktop: one screen in a window of its own. The phone is the workplace's. */
function SideWindow({ screen, expired, setsSound = false, children }: SideWindowProps) {
  return (
    <PhoneProvider owner={null} account={null} setsSound={setsSound}>
      {setsSound ? (
        <RemoteHeadsetService />
      ) : (
        <>
          <SupervisorsWatch />
          <CallDrawer />
        </>
      )}
      {children}
      <div className={classes.column} style={{ height: '100vh' }}>
        <Strips expired={expired} />
        <main className={classes.screen}>
          <ErrorBoundary>{screen}</ErrorBoundary>
        </main>
      </div>
    </PhoneProvider>
  )
}

/** The window on the wall tells of alarms too, where an operator is not the one signed in. */
function SupervisorsWatch() {
  return mayOversee(useUser()) ? <AlarmWatch /> : null
}

/** While the code of a screen is on its way. */
function Opening() {
  return (
    <div className={classes.opening}>
      <LoadingLines lines={8} height={18} />
    </div>
  )
}

function MainWindow({ expired, children }: { expired: boolean; children: React.ReactNode }) {
  const t = useWords(words)
  const user = useUser()
  const sections = sectionsOf(user)
  const [path, go] = useLocation()
  const [keysShown, setKeysShown] = useState(false)
  useKeys('app', t.keys.group, [
    { keys: '?', title: t.keys.sheet, run: () => setKeysShown(true) },
    ...sections.map(({ id, path }, at) => ({
      keys: `Alt+${at + 1}`,
      title: t.keys.goTo(t.sections[id]),
      run: () => go(path),
      over: true as const,
    })),
  ])
  const home = sections[0]?.path ?? '/settings'
  return (
    <PhoneHost>
      <WorkplaceServices />
      {mayOversee(user) && <AlarmWatch />}
      <DeskServices />
      {children}
      <div className={classes.window}>
        <Rail sections={sections} onKeys={() => setKeysShown(true)} />
        <div className={classes.column}>
          {user.extension !== null && <PhoneBar />}
          <Strips expired={expired} />
          <SupervisionStrips />
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

function NotYours() {
  const t = useWords(words)
  return (
    <div style={{ margin: 'auto' }}>
      <EmptyState icon={IconLock} title={t.notYours.title} hint={t.notYours.hint} />
    </div>
  )
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
