/** `npm run dist`: installers of the desktop app for this system. Needs Electron's program, which no registry carries. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { buildApp } from './app-build.ts'
import { findElectron } from './open-app.ts'
import { projectRoot, run, tool } from './run.ts'

const Package = z.object({ version: z.string() })

function downloadUrl(): string {
  const { version } = Package.parse(JSON.parse(readFileSync(join(projectRoot, 'node_modules/electron/package.json'), 'utf8')))
  const mirror = process.env['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/'
  return `${mirror.replace(/\/*$/, '/')}v${version}/SHASUMS256.txt`
}

async function canDownload(): Promise<boolean> {
  try {
    return (await fetch(downloadUrl(), { method: 'HEAD', signal: AbortSignal.timeout(10_000) })).ok
  } catch {
    return false
  }
}

const electron = findElectron()
if (electron === null && !(await canDownload())) {
  console.error(
    'No installers were made: Electron’s program is not here and cannot be downloaded. Give its folder in ELECTRON_OVERRIDE_DIST_PATH, or a mirror in ELECTRON_MIRROR.',
  )
  process.exitCode = 1
} else {
  const built = await buildApp()
  const from = electron === null ? [] : [`--config.electronDist=${dirname(electron)}`]
  const publisher = process.env['CALLSYNC_PUBLISHER']
  const signedBy = publisher ? [`--config.win.signtoolOptions.publisherName=${publisher}`] : []
  if (!publisher && process.platform === 'win32') {
    console.warn('CALLSYNC_PUBLISHER is not set: this build will take no updates on Windows, for want of a signature to check.')
  }
  const options = ['--publish', 'never', ...from, ...signedBy, ...process.argv.slice(2)]
  process.exitCode = built === 0 ? await run(tool('electron-builder'), options) : built
}
