import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** An Asterisk that can be started: unpacked by fetch.sh, or found on the machine. */
export interface Installation {
  readonly source: 'fetched' | 'installed'
  /** Program and first arguments; Asterisk's own arguments follow. */
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  readonly modulesDir: string
  /** Prompts, music on hold, documentation; null when none was found. */
  readonly dataDir: string | null
}

const neededModules = ['res_pjsip.so', 'res_http_websocket.so']
const oldestVersion = 18

/** What fetch.sh has unpacked into `<home>/root`; null before that. */
export function fetchedInstallation(home: string): Installation | null {
  const root = join(home, 'root')
  if (!existsSync(join(root, '.complete'))) return null
  const libFolders = subfolders(join(root, 'usr/lib'))
  const libs = libFolders.find((folder) => existsSync(join(folder, 'libc.so.6')))
  const loader = [join(root, 'usr/lib64'), join(root, 'usr/lib')].flatMap((folder) => filesLike(folder, /^ld-linux.*\.so\./))[0]
  if (libs === undefined || loader === undefined) return null
  return {
    source: 'fetched',
    // its own loader and libraries; without --inhibit-cache it could pick up the machine's
    argv: [loader, '--inhibit-cache', '--library-path', libs, '--argv0', 'asterisk', join(root, 'usr/sbin/asterisk')],
    // the machine's openssl.cnf is for the machine's OpenSSL
    env: { OPENSSL_CONF: '/dev/null' },
    modulesDir: join(libs, 'asterisk/modules'),
    dataDir: join(root, 'usr/share/asterisk'),
  }
}

/** An `asterisk` of version 18 or later on this machine with the modules the product needs; null when there is none. */
export async function installedInstallation(
  searchPath: string,
  // where asterisk lives, which is not on every user's path
  besides: readonly string[] = ['/usr/sbin', '/usr/local/sbin'],
): Promise<Installation | null> {
  const folders = [...searchPath.split(delimiter).filter(Boolean), ...besides]
  for (const folder of new Set(folders)) {
    const program = join(folder, 'asterisk')
    if (!executable(program)) continue
    if ((await majorVersion(program)) < oldestVersion) continue
    const prefix = dirname(folder)
    const prefixes = [prefix, join(prefix, 'usr')]
    const modulesDir = prefixes
      .flatMap((base) => [join(base, 'lib64'), join(base, 'lib'), ...subfolders(join(base, 'lib'))])
      .map((lib) => join(lib, 'asterisk/modules'))
      .find((modules) => neededModules.every((module) => existsSync(join(modules, module))))
    if (modulesDir === undefined) continue
    const dataDir = [...prefixes.map((base) => join(base, 'share/asterisk')), '/var/lib/asterisk'].find((data) =>
      existsSync(join(data, 'sounds')),
    )
    return { source: 'installed', argv: [program], env: {}, modulesDir, dataDir: dataDir ?? null }
  }
  return null
}

async function majorVersion(program: string): Promise<number> {
  try {
    const { stdout } = await run(program, ['-V'], { timeout: 5000 })
    return Number(/^Asterisk (?:certified[/-])?(\d+)/.exec(stdout)?.[1] ?? 0)
  } catch {
    return 0
  }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
}

function filesLike(folder: string, pattern: RegExp): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => pattern.test(name))
        .map((name) => join(folder, name))
    : []
}
