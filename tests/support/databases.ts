import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { freePort, project } from './pbx.ts'

const run = promisify(execFile)

export interface TestDatabase {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Ends the server and deletes its folder. */
  stop(): Promise<void>
}

const login = { host: '127.0.0.1', user: 'callsync', password: 'test-secret', database: 'asteriskcdrdb' }
const packages = ['mariadb-server-core', 'postgresql']
/** nobody: both servers refuse to run as root. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** A MariaDB of its own on a free port, unpacked from Debian's packages where the machine has none. */
export function startMariaDb(): Promise<TestDatabase> {
  return inFolder('mariadb', mariaDbIn)
}

/** A PostgreSQL of its own on a free port, unpacked from Debian's packages where the machine has none. `settings`: `name=value`. */
export function startPostgres(settings: readonly string[] = ['shared_buffers=16MB']): Promise<TestDatabase> {
  return inFolder('postgres', (folder) => postgresIn(folder, settings))
}

async function mariaDbIn(folder: string): Promise<TestDatabase> {
  const { usr, program, env } = await installation(
    (roots) => roots.flatMap((usr) => [join(usr, 'sbin/mariadbd'), join(usr, 'sbin/mysqld')]),
    'MariaDB',
  )
  const share = ['share/mysql', 'share/mariadb'].map((name) => join(usr, name)).find((path) => existsSync(join(path, 'english')))
  if (!share) throw new Error(`${usr} has no share/mysql: MariaDB is not whole there`)
  const common = [
    '--no-defaults',
    `--basedir=${usr}`,
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, 'charsets')}`,
    `--datadir=${folder}`,
    `--tmpdir=${folder}`,
    '--innodb-log-file-size=4M',
    '--innodb-buffer-pool-size=16M',
    '--innodb-flush-log-at-trx-commit=0',
    '--skip-log-bin',
    '--skip-name-resolve',
  ]
  const script = (prefix: string) =>
    ['system_tables', 'performance_tables', 'system_tables_data'].map((name) => join(share, `${prefix}_${name}.sql`))
  const files = [script('mariadb'), script('mysql')].find((names) => names.every(existsSync))
  if (!files) throw new Error(`${share} has no scripts for the system tables: MariaDB is not whole there`)
  const setUp = [
    // one statement a line
    'create database mysql;',
    'use mysql;',
    ...files.map((file) => readFileSync(file, 'utf8')),
    'flush privileges;',
    `create database ${login.database} character set utf8mb4;`,
    `create user ${login.user} identified by '${login.password}';`,
    `grant all on *.* to ${login.user} with grant option;`,
    "delete from mysql.global_priv where User = '';",
  ].join('\n')
  const bootstrap = spawn(program, [...common, '--bootstrap', '--skip-networking'], {
    ...unprivileged,
    env,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  bootstrap.stdin.end(setUp)
  await ended(bootstrap, 'MariaDB cannot make its tables')
  const port = await freePort()
  const args = [
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--socket=${join(folder, 'socket')}`,
    `--pid-file=${join(folder, 'pid')}`,
  ]
  return started({
    name: 'MariaDB',
    program,
    args: [...common, ...args],
    env,
    port,
    folder,
    ready: /ready for connections/,
    signal: 'SIGTERM',
  })
}

async function postgresIn(folder: string, settings: readonly string[]): Promise<TestDatabase> {
  const { program, env } = await installation(
    (roots) =>
      roots.flatMap((usr) => {
        const versions = join(usr, 'lib/postgresql')
        const names = existsSync(versions) ? readdirSync(versions) : []
        return names.map((version) => join(versions, version, 'bin/postgres'))
      }),
    'PostgreSQL',
  )
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, login.password)
  owned(passwordFile)
  const data = join(folder, 'data')
  const options = [
    '-D',
    data,
    '-U',
    login.user,
    '--pwfile',
    passwordFile,
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]
  const make = spawn(join(dirname(program), 'initdb'), options, {
    ...unprivileged,
    env,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await ended(make, 'PostgreSQL cannot make its tables')
  const single = spawn(program, ['--single', '-D', data, 'postgres'], {
    ...unprivileged,
    env,
    cwd: folder,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  single.stdin.end(`create database ${login.database}\n`)
  await ended(single, 'PostgreSQL cannot make a database')
  const port = await freePort()
  const args = [
    '-D',
    data,
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-k',
    folder,
    '-F',
    '-c',
    'max_connections=100',
    ...settings.flatMap((setting) => ['-c', setting]),
  ]
  // SIGINT: end the sessions and stop
  return started({ name: 'PostgreSQL', program, args, env, port, folder, ready: /ready to accept connections/, signal: 'SIGINT' })
}

interface Server {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly port: number
  readonly folder: string
  readonly ready: RegExp
  readonly signal: NodeJS.Signals
}

async function started({ name, program, args, env, port, folder, ready, signal }: Server): Promise<TestDatabase> {
  const server = spawn(program, [...args], { ...unprivileged, env, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  // an interrupted run leaves nothing behind
  const kill = () => {
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', kill)
  const gone = new Promise<void>((done) => server.once('exit', () => done()))
  let said = ''
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.once('exit', () => fail(new Error(`${name} does not start: ${said.slice(-600)}`)))
    server.stderr.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-4_000)
      if (ready.test(said)) done()
    })
  })
  const stop = async (): Promise<void> => {
    server.kill(signal)
    await gone
    process.off('exit', kill)
    rmSync(folder, { recursive: true, force: true })
  }
  return { ...login, port, stop }
}

/** The machine's own server if there is one, else the one unpacked privately, which is fetched the first time. */
async function installation(programs: (roots: readonly string[]) => readonly string[], name: string) {
  const own = programs(['/usr', '/usr/local']).find(existsSync)
  if (own) return { usr: own.startsWith('/usr/local') ? '/usr/local' : '/usr', program: own, env: process.env }
  const home = databasesHome()
  await run(join(project, 'tests/support/databases/fetch.sh'), [home, ...packages]).catch((error: unknown) => {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : error
    throw new Error(
      `The tests of call records in databases need ${name}, which could not be fetched: ${said}. Install it or its Debian package (${packages.join(', ')}).`,
    )
  })
  const usr = join(home, 'root/usr')
  const program = programs([usr]).find(existsSync)
  if (!program) throw new Error(`${name} was fetched to ${home}, but its program is not there: delete the folder and start again`)
  const lib = join(usr, 'lib')
  const libraries = [lib, ...readdirSync(lib).map((folder) => join(lib, folder))].filter((path) => statSync(path).isDirectory())
  return { usr, program, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') } }
}

/** `.databases` in the project; outside of it when an unprivileged user could not reach it there. */
function databasesHome(): string {
  const chosen = process.env['CALLSYNC_DATABASES_HOME']
  if (chosen) return resolve(project, chosen)
  const reachable = (path: string): boolean =>
    (statSync(path).mode & 0o001) !== 0 && (dirname(path) === path || reachable(dirname(path)))
  return process.getuid?.() !== 0 || reachable(project) ? join(project, '.databases') : '/var/tmp/callsync-databases'
}

/** A folder only the server may look into; it is deleted when the server cannot be started. */
async function inFolder(name: string, start: (folder: string) => Promise<TestDatabase>): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), `callsync-${name}-`))
  owned(folder)
  try {
    return await start(folder)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function owned(path: string): void {
  if (unprivileged.uid !== undefined) chownSync(path, unprivileged.uid, unprivileged.gid)
}

async function ended(child: ChildProcess, trouble: string): Promise<void> {
  let said = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-1_000)
  })
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail)
    child.once('close', done)
  })
  if (code !== 0) throw new Error(`${trouble}: ${said}`)
}
