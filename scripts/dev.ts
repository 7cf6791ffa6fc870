/**
 * `npm run dev`: as `npm start`, with hot reload of all parts. The pages come from Vite, which hands what they ask of the
 * server on to it, so that cookies see one origin; in the desktop app when Electron can run. The server starts again
 * when its source changes.
 */
import { createServer, mergeConfig } from 'vite'
import { startBackend } from './backend.ts'
import { readLaunchOptions } from './launch-options.ts'
import { say } from './launch-words.ts'
import { LaunchError, Launcher } from './launcher.ts'
import { findElectron, hasDisplay, keepWindow } from './open-app.ts'
import { tcpFree } from './pbx/settings.ts'
import { run, tool } from './run.ts'
import { WatchedServer } from './watched-server.ts'

const pageHost = '127.0.0.1'

/** CALLSYNC_DEV_PORT, or the next port that is free. */
async function freePagePort(): Promise<number> {
  const first = Number(process.env['CALLSYNC_DEV_PORT'] || 5173)
  for (let port = first; port < first + 20; port++) if (await tcpFree(pageHost, port)) return port
  throw new LaunchError(say.noPagePort(`${first}–${first + 19}`))
}

const launcher = new Launcher()
await launcher.run(async () => {
  const options = readLaunchOptions(process.argv.slice(2))
  if (!options) {
    console.log(say.usage)
    return
  }
  const port = await freePagePort()
  const pages = `http://${pageHost}:${port}`
  const { url, dataFolder, notes } = await startBackend(launcher, {
    pbx: options.pbx,
    startServer: (server) =>
      WatchedServer.start({
        ...server,
        // For the desktop's pages, which ask the server across origins.
        env: {
          ...server.env,
          CALLSYNC_ALLOWED_ORIGINS: [process.env['CALLSYNC_ALLOWED_ORIGINS'], pages].filter(Boolean).join(','),
        },
      }),
  })

  const desktop = options.open && hasDisplay() && findElectron() !== null
  // Read by electron.vite.config.ts, in the child too.
  Object.assign(process.env, { CALLSYNC_SERVER_URL: url, CALLSYNC_DEV_PORT: String(port) })
  if (desktop) {
    const electron = new AbortController()
    const closed = run(tool('electron-vite'), ['dev', '--watch'], { signal: electron.signal }).catch(() => 0)
    launcher.add({
      stop: async () => {
        electron.abort()
        await closed
      },
    })
    void closed.then(() => launcher.end(say.stopping, 0))
    console.log(say.openedDesktop(pages))
  } else {
    const { renderer } = await import('../electron.vite.config.ts')
    const vite = await createServer(mergeConfig(renderer, { configFile: false, server: { host: pageHost }, logLevel: 'warn' }))
    launcher.add({ stop: () => vite.close() })
    await vite.listen()
    if (options.open) keepWindow(launcher, { url: pages, dataFolder })
    else console.log(say.openYourself(pages))
  }
  for (const line of [...notes, say.stopHint]) console.log(line)
})
