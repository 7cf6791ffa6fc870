import { Button, Switch } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useState } from 'react'
import type { DesktopSettings, SecretState, UpdateState } from '../../src-preload/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { usePlatform } from '../app/platform.ts'
import panel from '../settings/Settings.module.css'
import { usePhone } from '../softphone/index.ts'
import classes from './desktop.module.css'
import { HeadsetPanel } from './HeadsetPanel.tsx'
import { Said, ServerForm } from './ServerForm.tsx'
import { ShortcutsPanel } from './ShortcutsPanel.tsx'
import { UnsentNote } from './UnsentNote.tsx'
import { words } from './words.ts'

/** The own settings of this computer: what only the desktop app has, and the headset, which a browser has too. */
export function DesktopSettingsPanels() {
  const { capabilities } = usePlatform()
  return (
    <>
      <HeadsetPanel />
      {capabilities.desktopSettings && <ProgramPanels />}
      {capabilities.serverChoice && <ServerPanel />}
      {capabilities.updates && <UpdatePanel />}
    </>
  )
}

function ProgramPanels() {
  const t = useWords(words).settings
  const platform = usePlatform()
  const [settings, setSettings] = useState<DesktopSettings | null>(null)
  useEffect(() => {
    platform.settings.get().then(setSettings, () => undefined)
  }, [platform])
  if (settings === null) return null
  const change = async (next: DesktopSettings) => {
    const before = settings
    setSettings(next)
    try {
      await platform.settings.set(next)
    } catch {
      setSettings(before)
      notifications.show({ color: 'red', message: t.notSaved })
    }
  }
  const toggle = (name: 'launchAtLogin' | 'closeToTray' | 'showIsland', description?: string) => (
    <Switch
      className={classes.switch}
      label={t[name]}
      {...(description === undefined ? {} : { description })}
      checked={settings[name]}
      onChange={(event) => void change({ ...settings, [name]: event.currentTarget.checked })}
      data-testid={`setting-${name}`}
    />
  )
  return (
    <>
      <section className={panel.panel}>
        <h2 className={panel.panelTitle}>{t.program}</h2>
        <p className={panel.note}>{t.programNote}</p>
        {toggle('launchAtLogin')}
        {toggle('closeToTray', t.closeToTrayHint)}
        {toggle('showIsland', t.showIslandHint)}
        <SecretNote />
      </section>
      <ShortcutsPanel settings={settings} onChange={change} />
    </>
  )
}

function SecretNote() {
  const t = useWords(words).settings
  const platform = usePlatform()
  const [state, setState] = useState<SecretState>('stored')
  useEffect(() => {
    platform.secrets.state().then(setState, () => undefined)
  }, [platform])
  if (state === 'stored') return null
  return <Said tone="wait" said={state === 'weakBackend' ? t.weakSecrets : t.noSecrets} />
}

function ServerPanel() {
  const t = useWords(words).settings
  const platform = usePlatform()
  const [open, setOpen] = useState(false)
  return (
    <section className={panel.panel}>
      <h2 className={panel.panelTitle}>{t.server}</h2>
      <div className={classes.row}>
        <span>
          {t.serverNow}: {platform.serverUrl}
        </span>
        {!open && (
          <Button variant="default" size="xs" onClick={() => setOpen(true)} data-testid="server-change">
            {t.serverChange}
          </Button>
        )}
      </div>
      {open && (
        <div style={{ marginTop: 12 }}>
          <ServerForm warning={<UnsentNote />} onCancel={() => setOpen(false)} />
        </div>
      )}
    </section>
  )
}

function UpdatePanel() {
  const t = useWords(words).settings
  const platform = usePlatform()
  const inCall = usePhone((state) => state.lines.some(({ phase }) => phase !== 'ended'))
  const [update, setUpdate] = useState<UpdateState | null>(null)
  useEffect(() => {
    const stop = platform.updates.onChange(setUpdate)
    platform.updates.state().then(
      (first) => setUpdate((now) => now ?? first),
      () => undefined,
    )
    return stop
  }, [platform])
  if (update === null) return null
  // A window without the phone does not know of a call: the app does.
  const install = () => platform.updates.install().catch(() => notifications.show({ color: 'red', message: t.notInCall }))
  return (
    <section className={panel.panel} data-testid="updates" data-state={update.state}>
      <h2 className={panel.panelTitle}>{t.updates}</h2>
      <div className={classes.row}>
        <span>
          {update.state === 'none' && `${t.version(update.version)} · ${t.upToDate}`}
          {update.state === 'downloading' && t.downloading(update.version, update.percent)}
          {update.state === 'ready' && t.ready(update.version)}
          {update.state === 'failed' && t.failed(update.reason)}
        </span>
        {update.state === 'ready' && (
          <Button size="xs" disabled={inCall} onClick={() => void install()} data-testid="update-install">
            {t.restart}
          </Button>
        )}
      </div>
      {update.state === 'ready' && inCall && <p className={classes.note}>{t.notInCall}</p>}
    </section>
  )
}
