/** `npm start`: the demo PBX (unless an own Asterisk is connected), the server and the app's window, ended together by Ctrl-C. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createApiClient } from '../server/contract/index.ts'
import { demoPassword, demoPeople } from '../server/demo/index.ts'
import { readSavedConnection } from '../server/settings/index.ts'
import { buildAppIfStale } from './app-build.ts'
import { say } from './launch-words.ts'
import { openApp } from './open-app.ts'
import { demoPbx } from './pbx/demo-pbx.ts'
import type { Pbx } from './pbx/pbx.ts'
import { projectRoot } from './run.ts'
import { startServer } from './server-process.ts'

interface Options {
  readonly pbx: 'demo' | 'none'
  readonly open: boolean
}

class LaunchError extends Error {}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        pbx: { type: 'string', default: 'demo' },
        open: { type: 'boolean', default: true },
        help: { type: 'boolean', default: false },
      },
      allowNegative: true,
    })
    if (values.help) throw new LaunchError(say.usage)
    if (values.pbx !== 'demo' && values.pbx !== 'none')
      throw new LaunchError(`${say.badOption(`--pbx=${values.pbx}`)}\n${say.usage}`)
    return { pbx: values.pbx, open: values.open }
  } catch (cause) {
    if (cause instanceof LaunchError) throw cause
    throw new LaunchError(`${say.badOption(cause instanceof Error ? cause.message : String(cause))}\n${say.usage}`)
  }
}

const dataFolder = resolve(projectRoot, process.env['CALLSYNC_DATA'] || 'data')
const address = `http://${process.env['CALLSYNC_HOST'] || '127.0.0.1'}:${process.env['CALLSYNC_PORT'] || '7420'}`
/** What has been started, in order; ended in reverse. */
const started: { stop(): Promise<void> | void }[] = []
const interrupted = new AbortController()

async function refuseSecondStart(): Promise<void> {
  const api = createApiClient({ baseUrl: () => address, token: () => null, fetch, timeoutMs: 1000 })
  const answers = await api.health().then(
    () => true,
    () => false,
  )
  if (answers) throw new LaunchError(say.alreadyRuns(dataFolder, address))
}

async function startPbx(): Promise<Pbx> {
  const pbx = demoPbx({ env: process.env, log: (line) => console.log(line) })
  await pbx.fetch((stage) => console.log(say.fetching(stage)), interrupted.signal)
  interrupted.signal.throwIfAborted()
  started.push(pbx)
  await pbx.start()
  console.log(say.pbxReady(`AMI ${pbx.file.host}:${pbx.file.amiPort}, SIP ${pbx.file.socketUrl}`))
  return pbx
}

async function build(): Promise<void> {
  if ((await buildAppIfStale(() => console.log(say.building), interrupted.signal)) !== 0) throw new LaunchError(say.buildFailed)
}

async function launch(options: Options): Promise<void> {
  await refuseSecondStart()
  const own = readSavedConnection(dataFolder) !== null
  const withDemo = options.pbx === 'demo' && !own
  const [pbx] = await Promise.all([withDemo ? startPbx() : null, build()])
  interrupted.signal.throwIfAborted()

  const server = await startServer({
    env: { CALLSYNC_DATA: dataFolder, ...(pbx && { CALLSYNC_PBX_FILE: pbx.filePath }) },
    log: 'inherit',
  })
  started.push(server)
  void server.exited.then((code) => end(say.ended('server'), code ?? 1))
  pbx?.onExit(() => console.error(say.ended('Asterisk')))

  const window = options.open ? openApp({ url: server.url, dataFolder }) : null
  if (window) started.push({ stop: () => window.close() })
  console.log(window ? (window.kind === 'desktop' ? say.openedDesktop : say.openedBrowser) : say.openYourself(server.url))
  if (own) console.log(say.ownPbx)
  else if (!withDemo) console.log(say.noPbx)
  else {
    console.log(say.people(demoPassword))
    for (const person of demoPeople) console.log(`  ${person.email.padEnd(24)} ${person.name}`)
  }
  console.log(say.stopHint)
}

let ending = false
/** Stops everything once; what went wrong is said before, not lost in between. */
async function end(message: string | null, code: number): Promise<void> {
  if (ending) return
  ending = true
  interrupted.abort()
  if (message) console.error(message)
  for (const part of started.reverse()) await Promise.resolve(part.stop()).catch((cause: unknown) => console.error(cause))
  process.exit(code)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(say.stopping, 0))
try {
  await launch(readOptions())
} catch (cause) {
  if (!interrupted.signal.aborted) await end(cause instanceof Error ? cause.message : String(cause), 1)
}
