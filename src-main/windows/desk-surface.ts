import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dialog, Menu, nativeImage, Tray } from 'electron'
import type { AppMenuEntry } from '../desk/app-menu.ts'
import type { LeaveQuestion } from '../desk/leave-guard.ts'
import type { TrayIcon, TrayLike } from '../desk/tray.ts'

/** The tray of the desktop; throws where there is none. */
export function createTray(deps: { iconFolder: string; onOpen: () => void }): TrayLike {
  const images = new Map<TrayIcon, Electron.NativeImage>()
  const imageOf = (icon: TrayIcon): Electron.NativeImage => {
    const known = images.get(icon)
    if (known) return known
    const image = nativeImage.createFromPath(join(deps.iconFolder, `tray-${icon}-16.png`))
    const large = readFileSync(join(deps.iconFolder, `tray-${icon}-32.png`)).toString('base64')
    image.addRepresentation({ scaleFactor: 2, dataURL: `data:image/png;base64,${large}` })
    images.set(icon, image)
    return image
  }
  const tray = new Tray(imageOf('offline'))
  tray.on('click', deps.onOpen)
  return {
    setIcon: (icon) => tray.setImage(imageOf(icon)),
    setToolTip: (text) => tray.setToolTip(text),
    setMenu: (entries) => tray.setContextMenu(Menu.buildFromTemplate(entries)),
  }
}

export const showAppMenu = (entries: AppMenuEntry[]): void => Menu.setApplicationMenu(Menu.buildFromTemplate(entries))

/** Closing the question is its first button. */
const boxOf = ({ message, detail, buttons }: LeaveQuestion): Electron.MessageBoxSyncOptions => ({
  type: 'warning',
  message,
  detail,
  buttons: [...buttons],
  defaultId: 0,
  cancelId: 0,
  noLink: true,
})

/** True for the second button. */
export async function askBeforeLeaving(question: LeaveQuestion): Promise<boolean> {
  return (await dialog.showMessageBox(boxOf(question))).response === 1
}

/** The same for a page that refuses to go: Electron waits for the word. */
export const askNow = (window: Electron.BrowserWindow, question: LeaveQuestion): boolean =>
  dialog.showMessageBoxSync(window, boxOf(question)) === 1

export async function askPath(name: string, window: Electron.BrowserWindow | undefined): Promise<string | null> {
  const answer = window
    ? await dialog.showSaveDialog(window, { defaultPath: name })
    : await dialog.showSaveDialog({ defaultPath: name })
  return answer.canceled || answer.filePath === '' ? null : answer.filePath
}

/** null: none of them. */
export async function askWhichHeadset(
  names: readonly string[],
  words: { message: string; none: string },
): Promise<number | null> {
  const buttons = [...names, words.none]
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: words.message,
    buttons,
    cancelId: names.length,
    noLink: true,
  })
  return response < names.length ? response : null
}
