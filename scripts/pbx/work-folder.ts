import { createHash, randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PbxFile, pbxFileSchema } from '../../server/telephony/pbx-file.ts'
import type { Installation } from './installation.ts'
import { PbxError } from './pbx-error.ts'
import { defaultRouteDevice, endpointsConf, iceConf, renderTemplate } from './render.ts'
import type { PbxPorts } from './settings.ts'

export interface WorkFolderDeps {
  readonly work: string
  /** Folders of *.conf templates; a file in a later one replaces its namesake. */
  readonly templates: readonly string[]
  /** Our own prompts, played as `callsync/<name>`. */
  readonly sounds: string
  readonly bind: string
  readonly ports: PbxPorts
  /** First part of every unique id. */
  readonly systemName: string
}

const operators = extensionsFrom(1001)
const customers = extensionsFrom(2001)
const queues = ['701', '702']

export function pbxFilePath(work: string): string {
  return join(work, 'pbx.json')
}

export function configFile(work: string): string {
  return join(work, 'etc/asterisk.conf')
}

/** Sockets and pid file. A socket's path may have 107 bytes, so a deep folder gets a short one elsewhere. */
export function runFolder(work: string): string {
  const inside = join(work, 'run')
  if (Buffer.byteLength(inside) <= 90) return inside
  return join(tmpdir(), `callsync-pbx-${createHash('sha256').update(work).digest('hex').slice(0, 12)}`)
}

/**
 * IPv4 addresses a browser on this machine could be shown; empty when there is nothing but loopback. That of the default
 * route comes first: those of containers' and other inner networks come and go while Asterisk runs.
 */
export function outsideAddresses(): string[] {
  const routes = '/proc/net/route'
  const main = existsSync(routes) ? defaultRouteDevice(readFileSync(routes, 'utf8')) : null
  const devices = Object.entries(networkInterfaces())
  return [...devices.filter(([device]) => device === main), ...devices.filter(([device]) => device !== main)]
    .flatMap(([, entries]) => entries ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.address.startsWith('127.'))
    .map((entry) => entry.address)
}

/** Writes the whole configuration anew and keeps recordings, logs, database and secrets. */
export function writeWorkFolder(deps: WorkFolderDeps, installation: Installation): PbxFile {
  const { work, ports } = deps
  // each of these would end or split a value in one of Asterisk's files
  if (/[,;|"'`$&()[\]\n]/.test(work))
    throw new PbxError('badFolder', `Asterisk cannot work in ${work}: the path has a character it reads as a separator.`)
  const run = runFolder(work)
  try {
    for (const folder of ['lib/keys', 'log/cdr-csv', 'log/cel-custom', 'cache', 'recordings', 'data/sounds'])
      mkdirSync(join(work, folder), { recursive: true })
    // Asterisk makes them with the first call: until then there were none, which whoever reads them could not tell from a wrong path.
    for (const log of ['cdr-csv/Master.csv', 'cel-custom/Master.csv', 'queue_log']) appendFileSync(join(work, 'log', log), '')
    for (const folder of ['monitor', 'recording', 'voicemail', 'outgoing', 'tmp', 'meetme', 'system', 'dictate'])
      mkdirSync(join(work, 'spool', folder), { recursive: true })
    mkdirSync(run, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new PbxError(
      'badFolder',
      `The demo PBX's folder ${work} cannot be written to (CALLSYNC_PBX_HOME names another).`,
      cause,
    )
  }
  linkData(deps, installation.dataDir)
  const file = writePbxFile(deps)

  const values: Record<string, string> = {
    WORK: work,
    RUN: run,
    MODULES: installation.modulesDir,
    SYSTEMNAME: deps.systemName,
    BIND: deps.bind,
    // in a container the published ports come from its gateway, and media has to listen on every address
    BIND_RTP: deps.bind === '127.0.0.1' ? 'yes' : 'no',
    AMI_PERMIT: deps.bind === '127.0.0.1' ? '127.0.0.1/255.255.255.255' : '0.0.0.0/0.0.0.0',
    SIP_PORT: `${ports.sip}`,
    HTTP_PORT: `${ports.http}`,
    AMI_PORT: `${ports.ami}`,
    RTP_START: `${ports.rtpStart}`,
    RTP_END: `${ports.rtpEnd}`,
    TRUNK_PORT: `${ports.trunk}`,
    AMI_USER: file.amiUser,
    AMI_SECRET: file.amiSecret,
    ARI_USER: file.ariUser,
    ARI_SECRET: file.ariSecret,
    ICE: iceConf(outsideAddresses()),
  }
  const etc = join(work, 'etc')
  rmSync(etc, { recursive: true, force: true })
  mkdirSync(etc, { mode: 0o700 })
  const sources = new Map<string, string>()
  for (const folder of deps.templates)
    for (const name of readdirSync(folder)) if (name.endsWith('.conf')) sources.set(name, join(folder, name))
  for (const [name, source] of sources) {
    try {
      writeFileSync(join(etc, name), renderTemplate(readFileSync(source, 'utf8'), values), { mode: 0o600 })
    } catch (cause) {
      throw new PbxError('startFailed', `${source}: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
    }
  }
  writeFileSync(join(etc, 'pjsip_endpoints.conf'), endpointsConf(file.extensions), { mode: 0o600 })
  return file
}

/** Asterisk's data folder: links into the installation, plus our own prompts. */
function linkData(deps: WorkFolderDeps, dataDir: string | null): void {
  const data = join(deps.work, 'data')
  if (dataDir !== null) {
    for (const name of readdirSync(dataDir)) if (name !== 'sounds') link(join(dataDir, name), join(data, name))
    const sounds = join(dataDir, 'sounds')
    if (existsSync(sounds))
      for (const name of readdirSync(sounds))
        if (/^[a-z]{2}(_[A-Z]{2})?$/.test(name)) link(join(sounds, name), join(data, 'sounds', name))
  }
  link(deps.sounds, join(data, 'sounds/callsync'))
}

function link(target: string, path: string): void {
  const present = lstatSync(path, { throwIfNoEntry: false })
  if (present?.isSymbolicLink() && readlinkSync(path) === target) return
  rmSync(path, { recursive: true, force: true })
  symlinkSync(target, path)
}

/** pbx.json: secrets are made once and kept, ports and paths are written anew. */
function writePbxFile(deps: WorkFolderDeps): PbxFile {
  const { work, ports } = deps
  const path = pbxFilePath(work)
  const kept = keptSecrets(path)
  const passwords = new Map(kept?.extensions.map(({ extension, sipPassword }) => [extension, sipPassword]))
  const file: PbxFile = {
    host: '127.0.0.1',
    amiPort: ports.ami,
    amiUser: 'callsync',
    amiSecret: kept?.amiSecret ?? secret(),
    ariUser: 'callsync',
    ariSecret: kept?.ariSecret ?? secret(),
    httpPort: ports.http,
    sipPort: ports.sip,
    socketUrl: `ws://127.0.0.1:${ports.http}/ws`,
    sipDomain: '127.0.0.1',
    recordingsDir: join(work, 'recordings'),
    logDir: join(work, 'log'),
    extensions: [...operators, ...customers].map((extension) => ({
      extension,
      sipPassword: passwords.get(extension) ?? secret(),
    })),
    queues: queues.map((number) => ({ number })),
  }
  const draft = `${path}.new`
  writeFileSync(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 })
  chmodSync(draft, 0o600)
  renameSync(draft, path)
  return file
}

function keptSecrets(path: string): PbxFile | null {
  try {
    return pbxFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // missing, or unreadable: everything in it can be made anew
    return null
  }
}

function secret(): string {
  return randomBytes(18).toString('base64url')
}

function extensionsFrom(first: number): string[] {
  return Array.from({ length: 10 }, (_, index) => `${first + index}`)
}
