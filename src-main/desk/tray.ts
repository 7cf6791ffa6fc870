import type { DeskCommand, DeskState } from '../../src-preload/contract/index.ts'
import type { Language } from './language.ts'
import { wordsIn } from './words.ts'

export type TrayIcon = 'available' | 'busy' | 'waiting' | 'offline'

/** What is used of Electron's menu template. */
export interface MenuEntry {
  readonly label?: string
  readonly type?: 'normal' | 'separator' | 'radio'
  readonly enabled?: boolean
  readonly checked?: boolean
  readonly click?: () => void
  readonly submenu?: MenuEntry[]
}

/** What is needed of Electron's Tray, its images and menus made by main.ts. */
export interface TrayLike {
  setIcon(icon: TrayIcon): void
  setToolTip(text: string): void
  setMenu(entries: MenuEntry[]): void
}

export interface TrayActions {
  readonly language: () => Language
  readonly command: (command: DeskCommand) => void
  readonly open: () => void
  readonly quit: () => void
}

const icons: Readonly<Record<NonNullable<DeskState['person']>['status'], TrayIcon>> = {
  available: 'available',
  ringing: 'busy',
  onCall: 'busy',
  wrapUp: 'waiting',
  paused: 'waiting',
  offline: 'offline',
}

/** GNOME shows no tray unless its distribution adds it (Ubuntu does): a window hidden there would be lost to the person. */
export function desktopHasTray(platform: NodeJS.Platform, currentDesktop: string | undefined): boolean {
  const desktops = (currentDesktop ?? '').toLowerCase().split(':')
  return platform !== 'linux' || !desktops.includes('gnome') || desktops.includes('ubuntu')
}

/** Returns what to call when the desk changes. */
export function createTrayPresenter(deps: TrayActions & { readonly tray: TrayLike }): (state: DeskState | null) => void {
  let shown = ''
  return (state) => {
    // A menu that is replaced closes under the person's hand, so only for what it shows.
    const next = JSON.stringify([deps.language(), state?.person, state?.pauseReasons, state?.microphones])
    if (next === shown) return
    shown = next
    deps.tray.setIcon(state?.person ? icons[state.person.status] : 'offline')
    deps.tray.setToolTip(`CallSync — ${statusLine(state, deps.language())}`)
    deps.tray.setMenu(trayMenu(state, deps))
  }
}

function statusLine(state: DeskState | null, language: Language): string {
  const t = wordsIn(language)
  const person = state?.person
  if (!person) return t.signedOut
  const reason = state.pauseReasons.find(({ code }) => code === person.pauseReason)?.name
  return `${person.name}: ${t.status[person.status]}${reason === undefined || person.status !== 'paused' ? '' : ` (${reason})`}`
}

export function trayMenu(state: DeskState | null, actions: TrayActions): MenuEntry[] {
  const t = wordsIn(actions.language())
  const menu: MenuEntry[] = [{ label: statusLine(state, actions.language()), enabled: false }, { type: 'separator' }]
  if (state?.person) menu.push(...pauseEntries(state, actions), ...microphoneEntries(state, actions), { type: 'separator' })
  menu.push({ label: t.open, click: actions.open }, { label: t.quit, click: actions.quit })
  return menu
}

function pauseEntries(state: DeskState, { command, language }: TrayActions): MenuEntry[] {
  const t = wordsIn(language())
  const { person, pauseReasons } = state
  const paused = person?.status === 'paused'
  const pause: MenuEntry =
    pauseReasons.length === 0
      ? { label: t.pause, enabled: !paused, click: () => command({ kind: 'setPause', reason: null }) }
      : {
          label: t.pause,
          submenu: pauseReasons.map(({ code, name }) => ({
            label: name,
            type: 'radio',
            checked: paused && person.pauseReason === code,
            click: () => command({ kind: 'setPause', reason: code }),
          })),
        }
  return [pause, { label: t.endPause, enabled: paused, click: () => command({ kind: 'unpause' }) }]
}

function microphoneEntries(state: DeskState, { command, language }: TrayActions): MenuEntry[] {
  if (state.microphones.length === 0) return []
  const submenu = state.microphones.map(
    ({ id, label, chosen }): MenuEntry => ({
      label,
      type: 'radio',
      checked: chosen,
      click: () => command({ kind: 'chooseMicrophone', id }),
    }),
  )
  return [{ label: wordsIn(language()).microphone, submenu }]
}
