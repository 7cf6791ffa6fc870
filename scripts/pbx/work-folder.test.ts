import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pbxFileSchema, readPbxFile } from '../../server/telephony/pbx-file.ts'
import type { Installation } from './installation.ts'
import { pbxFilePath, runFolder, type WorkFolderDeps, writeWorkFolder } from './work-folder.ts'

const project = join(import.meta.dirname, '../..')
const installation: Installation = { source: 'installed', argv: ['/bin/false'], env: {}, modulesDir: '/modules', dataDir: null }
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-work-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function deps(more: Partial<WorkFolderDeps> = {}): WorkFolderDeps {
  return {
    work: join(folder, 'work'),
    templates: [join(project, 'resources/pbx/conf')],
    sounds: join(project, 'resources/pbx/sounds'),
    bind: '127.0.0.1',
    ports: { sip: 15060, http: 18088, ami: 15038, rtpStart: 20000, rtpEnd: 20999, trunk: 15070 },
    systemName: 'test',
    ...more,
  }
}

describe('writeWorkFolder', () => {
  it('writes a pbx.json only its owner can read, with what the schema asks', () => {
    const file = writeWorkFolder(deps(), installation)
    const path = pbxFilePath(deps().work)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readPbxFile(path)).toEqual(file)
    expect(file.extensions.map(({ extension }) => extension)).toEqual(expect.arrayContaining(['1001', '1010', '2001', '2010']))
    expect(file.queues).toEqual([{ number: '701' }, { number: '702' }])
    const secrets = [file.amiSecret, file.ariSecret, ...file.extensions.map(({ sipPassword }) => sipPassword)]
    expect(new Set(secrets).size).toBe(secrets.length)
  })

  it('keeps secrets and recordings, and writes ports and configuration anew', () => {
    const first = writeWorkFolder(deps(), installation)
    const recording = join(first.recordingsDir, 'call.wav')
    const stray = join(deps().work, 'etc/stray.conf')
    writeFileSync(recording, 'sound')
    writeFileSync(stray, 'left by an older version')
    const second = writeWorkFolder(deps({ ports: { ...deps().ports, ami: 15039 } }), installation)
    expect(second).toEqual({ ...first, amiPort: 15039 })
    expect(readFileSync(recording, 'utf8')).toBe('sound')
    expect(() => statSync(stray)).toThrow()
    const manager = readFileSync(join(deps().work, 'etc/manager.conf'), 'utf8')
    expect(manager).toContain('port = 15039')
    expect(manager).toContain(`secret = ${first.amiSecret}`)
  })

  it('has the logs of calls before there is a call, and keeps what is in them', () => {
    const { logDir } = writeWorkFolder(deps(), installation)
    const logs = ['cdr-csv/Master.csv', 'cel-custom/Master.csv', 'queue_log'].map((name) => join(logDir, name))
    expect(logs.map((path) => statSync(path).size)).toEqual([0, 0, 0])
    for (const path of logs) writeFileSync(path, 'a call')
    writeWorkFolder(deps(), installation)
    expect(logs.map((path) => readFileSync(path, 'utf8'))).toEqual(['a call', 'a call', 'a call'])
  })

  it('gives each folder secrets of its own, and new ones for a damaged pbx.json', () => {
    const first = writeWorkFolder(deps(), installation)
    const other = writeWorkFolder(deps({ work: join(folder, 'other') }), installation)
    expect(other.amiSecret).not.toBe(first.amiSecret)
    writeFileSync(pbxFilePath(deps().work), '{ "half": ')
    expect(writeWorkFolder(deps(), installation).amiSecret).not.toBe(first.amiSecret)
  })

  it('keeps the configuration, which holds the secrets, to its owner', () => {
    writeWorkFolder(deps(), installation)
    expect(statSync(join(deps().work, 'etc')).mode & 0o777).toBe(0o700)
    expect(statSync(join(deps().work, 'etc/pjsip_endpoints.conf')).mode & 0o777).toBe(0o600)
  })

  it('listens on 127.0.0.1 and lets nobody else sign in, unless asked to', () => {
    writeWorkFolder(deps(), installation)
    const manager = () => readFileSync(join(deps().work, 'etc/manager.conf'), 'utf8')
    expect(manager()).toContain('bindaddr = 127.0.0.1\n')
    expect(manager()).toContain('permit = 127.0.0.1/255.255.255.255')
    writeWorkFolder(deps({ bind: '0.0.0.0' }), installation)
    expect(manager()).toContain('bindaddr = 0.0.0.0\n')
  })

  it('lets a later template folder replace a file of an earlier one', () => {
    const overlay = join(folder, 'overlay')
    mkdirSync(overlay)
    writeFileSync(join(overlay, 'http.conf'), '; @SYSTEMNAME@\n')
    writeWorkFolder(deps({ templates: [...deps().templates, overlay] }), installation)
    expect(readFileSync(join(deps().work, 'etc/http.conf'), 'utf8')).toBe('; test\n')
    expect(readFileSync(join(deps().work, 'etc/rtp.conf'), 'utf8')).toContain('rtpstart = 20000')
  })

  it('names the template that asks for an unknown word', () => {
    const overlay = join(folder, 'overlay')
    mkdirSync(overlay)
    writeFileSync(join(overlay, 'http.conf'), 'port = @WHAT@\n')
    expect(() => writeWorkFolder(deps({ templates: [overlay] }), installation)).toThrow(/overlay\/http\.conf.*@WHAT@/)
  })

  it('refuses a path Asterisk would cut in two', () => {
    expect(() => writeWorkFolder(deps({ work: join(folder, 'a,b') }), installation)).toThrow('separator')
  })

  it('says so when the folder cannot be written', () => {
    const inTheWay = join(folder, 'file')
    writeFileSync(inTheWay, '')
    expect(() => writeWorkFolder(deps({ work: join(inTheWay, 'work') }), installation)).toThrow('CALLSYNC_PBX_HOME')
  })
})

describe('readPbxFile', () => {
  it('says what to do about a missing, broken or foreign file', () => {
    const path = join(folder, 'pbx.json')
    expect(() => readPbxFile(path)).toThrow('npm run pbx')
    writeFileSync(path, 'no json')
    expect(() => readPbxFile(path)).toThrow('not JSON')
    const file = writeWorkFolder(deps(), installation)
    writeFileSync(path, JSON.stringify({ ...file, amiPort: 'x' }))
    expect(() => readPbxFile(path)).toThrow('amiPort')
    expect(pbxFileSchema.safeParse({ ...file, socketUrl: 'nonsense' }).success).toBe(false)
  })
})

describe('runFolder', () => {
  it('moves out of a folder too deep for a socket', () => {
    const deep = join('/', 'x'.repeat(120), 'work')
    expect(runFolder('/short/work')).toBe('/short/work/run')
    expect(Buffer.byteLength(join(runFolder(deep), 'asterisk.ctl'))).toBeLessThan(108)
    expect(runFolder(deep)).not.toBe(runFolder(`${deep}2`))
  })
})
