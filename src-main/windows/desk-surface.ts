import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dialog, Menu, nativeImage, Tray } from 'electron'
import type { QuitQuestion } from '../desk/quit-guard.ts'
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

/** True for the second button; closing the question is the first. */
export async function askBeforeQuit({ message, detail, buttons }: QuitQuestion): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message,
    detail,
    buttons: [...buttons],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return response === 1
}

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
