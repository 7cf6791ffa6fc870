import { existsSync } from 'node:fs'
import { installDebianPackage } from './debian-package.ts'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** The Chromium to use: CALLSYNC_CHROMIUM, else one of the usual places; null when there is none. */
export function findChromium(): string | null {
  const chosen = process.env['CALLSYNC_CHROMIUM']
  if (chosen) return existsSync(chosen) ? chosen : null
  return usualPlaces.find((path) => existsSync(path)) ?? null
}

/** For tests: Debian's Chromium is installed when it is missing and we may; else one line says what to do. */
export async function ensureChromium(): Promise<string> {
  const found = findChromium()
  if (found) return found
  await installDebianPackage('chromium', 'Chromium')
  const installed = findChromium()
  if (installed) return installed
  throw new Error(
    'The browser tests need Chromium: install it (Debian: apt-get install chromium) or name one in CALLSYNC_CHROMIUM.',
  )
}
