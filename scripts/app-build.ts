import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, run, tool } from './run.ts'

const inputs = [
  'src-main',
  'src-preload',
  'src-renderer',
  'server/contract',
  'resources',
  'electron.vite.config.ts',
  'wallboard.vite.config.ts',
  'package-lock.json',
]
const stampFile = join(projectRoot, 'out', '.built-from')

/** Fingerprint of everything the bundles are made from: contents, not times, which a clone does not keep. */
function fingerprint(): string {
  const hash = createHash('sha256')
  for (const input of inputs) {
    const path = join(projectRoot, input)
    const files = input.includes('.')
      ? [path]
      : readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
    for (const file of files) hash.update(file.slice(projectRoot.length)).update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** The bundles are about to become something else: the next `buildAppIfStale` builds. */
export const forgetBuild = (): void => rmSync(stampFile, { force: true })

/** Builds the app; resolves to the exit code. Aborting ends the build. */
export async function buildApp(signal?: AbortSignal): Promise<number> {
  forgetBuild()
  const before = fingerprint()
  const builds = [
    { name: 'electron-vite', args: ['build'] },
    { name: 'vite', args: ['build', '--config', 'wallboard.vite.config.ts'] },
  ]
  for (const { name, args } of builds) {
    const code = await run(tool(name), [...args, '--logLevel', 'warn'], { ...(signal && { signal }) })
    if (code !== 0) return code
  }
  writeFileSync(stampFile, before)
  return 0
}

/** Builds only when a source has changed since the last build. */
export async function buildAppIfStale(onBuild: () => void, signal?: AbortSignal): Promise<number> {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint()) return 0
  onBuild()
  return buildApp(signal)
}
