/** `npm start`: the demo PBX (unless an own Asterisk is connected), the server and the app's window, ended together by Ctrl-C. */
import { buildAppIfStale } from './app-build.ts'
import { startBackend } from './backend.ts'
import { readLaunchOptions } from './launch-options.ts'
import { say } from './launch-words.ts'
import { LaunchError, Launcher } from './launcher.ts'
import { keepWindow } from './open-app.ts'
import { startServer } from './server-process.ts'

const launcher = new Launcher()
await launcher.run(async () => {
  const options = readLaunchOptions(process.argv.slice(2))
  if (!options) {
    console.log(say.usage)
    return
  }
  const { url, dataFolder, notes } = await startBackend(launcher, {
    pbx: options.pbx,
    meanwhile: async () => {
      const code = await buildAppIfStale(() => console.log(say.building), launcher.signal)
      if (code !== 0) throw new LaunchError(say.buildFailed)
    },
    startServer: async (server) => {
      const running = await startServer(server)
      void running.exited.then((code) => launcher.end(say.ended('server'), code ?? 1))
      return running
    },
  })
  if (options.open) keepWindow(launcher, { url, dataFolder })
  else console.log(say.openYourself(url))
  for (const line of [...notes, say.stopHint]) console.log(line)
})
