import { readFileSync, renameSync } from 'node:fs'
import { z } from 'zod'
import { DesktopSettings } from '../../src-preload/contract/index.ts'
import { StorageFailure } from '../drafts/storage-failure.ts'
import type { Log } from '../log.ts'
import { writePrivateFile } from '../private-file.ts'

const defaultSettings: DesktopSettings = { launchAtLogin: false, closeToTray: true, showIsland: true, shortcuts: {} }

const SettingsFile = z.object({ version: z.literal(1), settings: DesktopSettings })

export interface SettingsStore {
  get(): DesktopSettings
  /** On disk when it returns. */
  set(settings: DesktopSettings): void
  /** Nothing had been stored on this computer before. */
  readonly isFirstStart: boolean
}

export interface SettingsDeps {
  readonly file: string
  readonly log: Log
  /** For the name of a file that is set aside. */
  readonly now: () => number
}

/** What a person chose for this computer. A file that cannot be understood is set aside, and the defaults hold. */
export function createSettingsStore(deps: SettingsDeps): SettingsStore {
  const stored = read(deps)
  let current = stored ?? defaultSettings
  return {
    isFirstStart: stored === null,
    get: () => current,
    set(settings) {
      try {
        writePrivateFile(deps.file, JSON.stringify({ version: 1, settings }))
      } catch (cause) {
        throw new StorageFailure('The settings could not be kept: the data folder of the program cannot be written to.', {
          cause,
        })
      }
      current = settings
    },
  }
}

function read({ file, log, now }: SettingsDeps): DesktopSettings | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return null
  }
  try {
    return SettingsFile.parse(JSON.parse(text)).settings
  } catch {
    renameSync(file, `${file}.damaged-${now()}`)
    log.warn('The settings of this computer could not be read and were set aside')
    return null
  }
}
