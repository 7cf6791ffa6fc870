/**
 * `npm run dev`: as `npm start`, with hot reload of all parts. The pages come from Vite, which hands what they ask of the
 * server on to it, so that cookies see one origin; in the desktop app when Electron can run. The server starts again
 * when its source changes.
 */
import { spawn } from 'node:child_process'
import { createServer, mergeConfig } from 'vite'
import { forgetBuild } from './app-build.ts'
import { startBackend } from './backend.ts'
import { readLaunchOptions } from './launch-options.ts'
import { say } from './launch-words.ts'
import { LaunchError, Launcher } from './launcher.ts'
import { findElectron, hasDisplay, keepWindow } from './open-app.ts'
import { tcpFree } from './pbx/settings.ts'
import { projectRoot, tool } from './run.ts'
import { startServer } from './server-process.ts'
import { serverSources, WatchedServer } from './watched-server.ts'

const pageHost = '127.0.0.1'

/** CALLSYNC_DEV_PORT, or the next port that is free. */
async function freePagePort(): Promise<number> {
  const first = Number(process.env['CALLSYNC_DEV_PORT'] || 5173)
  for (let port = first; port < first + 20; port++) if (await tcpFree(pageHost, port)) return port
  throw new LaunchError(say.noPagePort(`${first}–${first + 19}`))
}

const launcher = new Launcher()

/** electron-vite builds main and preload, serves the pages and starts Electron; quitting the app ends everything. */
function runDesktop(electron: string): void {
  forgetBuild()
  const asRoot = process.getuid?.() === 0 ? ['--noSandbox'] : []
  const child = spawn(tool('electron-vite'), ['dev', '--watch', ...asRoot], {
    cwd: projectRoot,
    env: { ...process.env, ELECTRON_EXEC_PATH: electron },
    stdio: ['ignore', 'inherit', 'inherit'],
    // It leaves Electron running when it is ended, so both are ended as a group.
    detached: process.platform !== 'win32',
  })
  const ended = new Promise<void>((done) => {
    child.once('error', (cause) => {
      console.error(cause.message)
      done()
    })
    child.once('exit', () => done())
  })
  launcher.add({
    stop: async () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      if (process.platform === 'win32') child.kill()
      else process.kill(-child.pid, 'SIGTERM')
      await ended
    },
  })
  void ended.then(() => launcher.end(say.stopping, 0))
}

await launcher.run(async () => {
  const chosen = readLaunchOptions(process.argv.slice(2))
  if (!chosen) {
    console.log(say.usage)
    return
  }
  const port = await freePagePort()
  const pages = `http://${pageHost}:${port}`
  const { url, dataFolder, notes } = await startBackend(launcher, {
    pbx: chosen.pbx,
    startServer: (options) => {
      // For the desktop's pages, which ask the server across origins.
      const origins = [process.env['CALLSYNC_ALLOWED_ORIGINS'], pages].filter(Boolean).join(',')
      const server = { ...options, env: { ...options.env, CALLSYNC_ALLOWED_ORIGINS: origins } }
      return WatchedServer.start({
        ...serverSources,
        startServer: () => startServer(server),
        // At Ctrl-C the server may be gone before it is told to.
        log: (line) => launcher.signal.aborted || console.log(line),
      })
    },
  })

  // Read by electron.vite.config.ts, here or in electron-vite.
  Object.assign(process.env, { CALLSYNC_SERVER_URL: url, CALLSYNC_DEV_PORT: String(port) })
  const electron = chosen.open && hasDisplay() ? findElectron() : null
  if (electron !== null) {
    runDesktop(electron)
    console.log(say.openedDesktop(pages))
  } else {
    const { renderer } = await import('../electron.vite.config.ts')
    const vite = await createServer(mergeConfig(renderer, { configFile: false, logLevel: 'warn' }))
    launcher.add({ stop: () => vite.close() })
    await vite.listen()
    if (chosen.open) keepWindow(launcher, { url: pages, dataFolder })
    else console.log(say.openYourself(pages))
  }
  for (const line of [...notes, say.stopHint]) console.log(line)
})
