import { resolve } from 'node:path'
import { Pbx } from './pbx.ts'
import { pbxSettings } from './settings.ts'

const project = resolve(import.meta.dirname, '../..')

/** The demo PBX as the environment (CALLSYNC_PBX_*) has it. Nothing is fetched or started yet. */
export function demoPbx(deps: { env: NodeJS.ProcessEnv; log: (line: string) => void }): Pbx {
  const settings = pbxSettings(project, deps.env)
  return new Pbx({
    ...settings,
    templates: [resolve(project, 'resources/pbx/conf')],
    sounds: resolve(project, 'resources/pbx/sounds'),
    systemName: 'callsync',
    env: deps.env,
    log: deps.log,
  })
}
