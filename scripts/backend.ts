import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { firstPasswordFile } from '../server/accounts/index.ts'
import { createApiClient } from '../server/contract/index.ts'
import { demoPassword, demoPeople } from '../server/demo/index.ts'
import { readSavedConnection } from '../server/settings/index.ts'
import { say } from './launch-words.ts'
import { LaunchError, type Launcher } from './launcher.ts'
import { demoPbx } from './pbx/demo-pbx.ts'
import type { Pbx } from './pbx/pbx.ts'
import { projectRoot } from './run.ts'
import type { ServerOptions, ServerProcess } from './server-process.ts'

export interface BackendRequest {
  readonly pbx: 'demo' | 'none'
  /** Starts the server with these settings on top of the environment. */
  readonly startServer: (options: ServerOptions) => Promise<Pick<ServerProcess, 'url' | 'stop'>>
  /** What can be done while Asterisk starts. */
  readonly meanwhile?: () => Promise<void>
}

export interface Backend {
  readonly url: string
  readonly dataFolder: string
  /** For the end of the greeting: whose PBX it is, and how to sign in. */
  readonly notes: readonly string[]
}

/** The demo PBX, unless there is another, and the server. */
export async function startBackend(launcher: Launcher, request: BackendRequest): Promise<Backend> {
  const { env } = process
  await refuseSecondStart(env)
  const dataFolder = resolve(projectRoot, env['CALLSYNC_DATA'] || 'data')
  const own = (await readSavedConnection({ dataDir: dataFolder, databaseUrl: env['CALLSYNC_DATABASE_URL'] || null })) !== null
  const withDemo = request.pbx === 'demo' && !own
  const [pbx] = await Promise.all([withDemo ? startPbx(launcher) : null, request.meanwhile?.()])
  launcher.signal.throwIfAborted()
  const server = await launcher.starting(
    request.startServer({
      env: {
        CALLSYNC_DATA: dataFolder,
        CALLSYNC_LOG_LEVEL: env['CALLSYNC_LOG_LEVEL'] || 'warn',
        ...(pbx && { CALLSYNC_PBX_FILE: pbx.filePath }),
      },
      log: 'inherit',
      signal: launcher.signal,
    }),
  )
  launcher.signal.throwIfAborted()
  const demo = withDemo || Boolean(env['CALLSYNC_PBX_FILE'])
  const notes = own ? [say.ownPbx] : demo ? signIns() : [say.noPbx, ...firstSignIn(dataFolder)]
  return { url: server.url, dataFolder, notes }
}

async function refuseSecondStart(env: NodeJS.ProcessEnv): Promise<void> {
  const host = env['CALLSYNC_HOST'] || '127.0.0.1'
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  const address = `http://${shown}:${env['CALLSYNC_PORT'] || '7420'}`
  const api = createApiClient({ baseUrl: () => address, token: () => null, fetch, timeoutMs: 1000 })
  const answers = await api.health().then(
    () => true,
    () => false,
  )
  if (answers) throw new LaunchError(say.alreadyRuns(address))
}

async function startPbx(launcher: Launcher): Promise<Pbx> {
  const pbx = demoPbx({ env: process.env, log: (line) => console.log(line) })
  await pbx.fetch((stage) => console.log(say.fetching(stage)), launcher.signal)
  launcher.signal.throwIfAborted()
  launcher.add(pbx)
  await pbx.start()
  pbx.onExit(() => console.error(say.ended('Asterisk')))
  console.log(say.pbxReady(`AMI ${pbx.file.host}:${pbx.file.amiPort}, SIP ${pbx.file.socketUrl}`))
  return pbx
}

const signIns = (): string[] => [
  say.people(demoPassword),
  ...demoPeople.map((person) => `  ${person.email.padEnd(24)} ${person.name}`),
]

function firstSignIn(dataFolder: string): string[] {
  const file = firstPasswordFile(dataFolder)
  return existsSync(file) ? [say.firstSignIn(file)] : []
}
