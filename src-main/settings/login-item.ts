import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is needed of Electron's app; it does nothing on Linux. */
export interface LoginItemApp {
  setLoginItemSettings(settings: { openAtLogin: boolean }): void
}

export interface LoginItemDeps {
  readonly app: LoginItemApp
  readonly platform: NodeJS.Platform
  /** XDG's folder of configuration. */
  readonly configFolder: string
  /** The program to start: of an AppImage the image itself, not what it has unpacked. */
  readonly program: string
}

/** Starts the app when the person signs in to the computer, or no longer. */
export function setLaunchAtLogin(deps: LoginItemDeps, on: boolean): void {
  if (deps.platform !== 'linux') {
    deps.app.setLoginItemSettings({ openAtLogin: on })
    return
  }
  const folder = join(deps.configFolder, 'autostart')
  const file = join(folder, 'callsync-central.desktop')
  if (!on) {
    rmSync(file, { force: true })
    return
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    file,
    [
      '[Desktop Entry]',
      'Type=Application',
      'Name=CallSync Central',
      `Exec=${quoteExec(deps.program)}`,
      'Terminal=false',
      '',
    ].join('\n'),
  )
}

/** Quoted as the Desktop Entry Specification wants it: first for Exec, then for a string value; `%` is a field code. */
function quoteExec(program: string): string {
  const quoted = `"${program.replace(/["`$\\]/g, '\\$&')}"`
  return quoted.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll('\n', '\\n')
}
