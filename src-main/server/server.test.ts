import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contractVersion } from '../../server/contract/live-wire.ts'
import { fetchJudged, type VerifyProc } from '../../tests/support/electron-double/judged-fetch.ts'
import { StorageFailure } from '../drafts/storage-failure.ts'
import { guardCertificates, judgeCertificate, readFingerprint } from './certificates.ts'
import { type Config, ConfigError, configSourcesOf, parseServerUrl, policyFileOf, readConfig } from './config.ts'
import { createServerAddress } from './server-address.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-server-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('where the server is', () => {
  const files = () => ({ policyFile: join(folder, 'policy.json'), choiceFile: join(folder, 'config.json') })
  const read = (fromEnvironment?: string) => readConfig({ fromEnvironment, ...files() })
  const writePolicy = (policy: unknown) => writeFileSync(files().policyFile, JSON.stringify(policy))
  const writeChoice = (serverUrl: string) => writeFileSync(files().choiceFile, JSON.stringify({ serverUrl }))

  test('nobody has said: the person is asked', () => {
    expect(read()).toEqual({ serverUrl: null, managed: false, policy: { certificates: [], updates: true } })
  })

  test('environment before company before person', () => {
    writeChoice('https://chosen.example')
    expect(read()).toMatchObject({ serverUrl: 'https://chosen.example', managed: false })
    writePolicy({ serverUrl: 'https://company.example/' })
    expect(read()).toMatchObject({ serverUrl: 'https://company.example', managed: true })
    expect(read('http://other:7420')).toMatchObject({ serverUrl: 'http://other:7420', managed: true })
  })

  test.each(['ftp://host', 'callsync.example.com', 'https://user:pw@host', 'https://host/?a=1', 'javascript:alert(1)'])(
    'refuses %s and names the setting',
    (value) => {
      expect(() => read(value)).toThrow(ConfigError)
      expect(() => read(value)).toThrow('CALLSYNC_SERVER_URL')
      writePolicy({ serverUrl: value })
      expect(() => read()).toThrow(files().policyFile)
    },
  )

  test.each(['{ "certificates": ', '{"certificates":[{"host":"a"}]}', '[]', '{"updates":"no"}'])(
    'a company’s file that is broken (%s) is not passed over',
    (content) => {
      writeFileSync(files().policyFile, content)
      expect(() => read()).toThrow(ConfigError)
      expect(() => read('http://other:7420')).toThrow(files().policyFile)
    },
  )

  test('a company’s file that cannot be read is not passed over either', () => {
    mkdirSync(files().policyFile)
    expect(() => read()).toThrow('cannot be read')
  })

  test('a broken choice only means that the person is asked again', () => {
    writeFileSync(files().choiceFile, '{ serverUrl')
    expect(read().serverUrl).toBeNull()
    writeChoice('javascript:alert(1)')
    expect(read().serverUrl).toBeNull()
  })

  test('an installed app takes neither the server nor another company’s file from the environment', () => {
    writePolicy({ serverUrl: 'https://company.example' })
    const env = { CALLSYNC_SERVER_URL: 'http://evil.example', CALLSYNC_POLICY_FILE: files().policyFile }
    const sources = (isPackaged: boolean) =>
      configSourcesOf({ isPackaged, platform: 'linux', env, choiceFile: files().choiceFile })
    expect(sources(true)).toMatchObject({ fromEnvironment: undefined, policyFile: '/etc/callsync/config.json' })
    expect(readConfig({ ...sources(true), policyFile: files().policyFile }).serverUrl).toBe('https://company.example')
    expect(readConfig(sources(false)).serverUrl).toBe('http://evil.example')
  })

  test('each system has a place that only its administrator writes', () => {
    expect(policyFileOf('linux', {})).toBe('/etc/callsync/config.json')
    expect(policyFileOf('darwin', {})).toBe('/Library/Application Support/CallSync/config.json')
    expect(policyFileOf('win32', { ProgramData: 'D:/Data' })).toBe(join('D:/Data', 'CallSync', 'config.json'))
  })

  test.each<[string, string | null]>([
    [' callsync.example.com ', 'https://callsync.example.com'],
    ['callsync.example.com:8443/', 'https://callsync.example.com:8443'],
    ['http://10.0.0.5:7420', 'http://10.0.0.5:7420'],
    ['https://example.com/callsync/', 'https://example.com/callsync'],
    ['', null],
    ['ftp://host', null],
    ['file:///etc', null],
    ['https://a:b@host', null],
    ['https://host/#x', null],
    ['два слова', null],
  ])('a person’s “%s” means %s', (text, url) => {
    expect(parseServerUrl(text)).toBe(url)
  })
})

const health = { ok: true, product: 'callsync', contractVersion, serverVersion: '0.9.0', demo: false }
const json =
  (body: unknown, status = 200): RequestListener =>
  (_, reply) => {
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
async function listen(server: Server, scheme = 'http'): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const listenHttp = (listener: RequestListener) => listen(createHttpServer(listener))

function addressWith(
  options: { config?: Partial<Config>; trusted?: Config['policy']['certificates']; fetch?: typeof fetch } = {},
) {
  let verify: VerifyProc | null = null
  guardCertificates(
    {
      setCertificateVerifyProc(proc) {
        verify = proc
      },
    },
    options.trusted ?? [],
  )
  const changes: string[] = []
  const choiceFile = join(folder, 'config.json')
  const server = createServerAddress({
    config: { serverUrl: null, managed: false, policy: { certificates: [], updates: true }, ...options.config },
    choiceFile,
    fetch: options.fetch ?? ((url, more) => fetchJudged(url, more, verify)),
    readFingerprint,
    onChanged: () => void changes.push(server.current()),
  })
  return { server, changes, choiceFile }
}

describe('trying an address', () => {
  test('a good one is kept, for the person’s eyes only, and told once', async () => {
    const url = await listenHttp(json(health))
    const { server, changes, choiceFile } = addressWith()
    expect(server.current()).toBe('')
    expect(await server.check(`${url}/`)).toEqual({ result: 'ok', address: url, serverVersion: '0.9.0' })
    expect([server.current(), existsSync(choiceFile)]).toEqual(['', false])
    expect(await server.use(url)).toMatchObject({ result: 'ok' })
    await server.use(url)
    expect([server.current(), changes]).toEqual([url, [url]])
    expect(JSON.parse(readFileSync(choiceFile, 'utf8'))).toEqual({ serverUrl: url })
    expect(statSync(choiceFile).mode & 0o777).toBe(0o600)
  })

  test('one that cannot be kept is not used', async () => {
    const url = await listenHttp(json(health))
    const { server, changes, choiceFile } = addressWith()
    mkdirSync(`${choiceFile}.new`)
    await expect(server.use(url)).rejects.toThrow(StorageFailure)
    expect([server.current(), changes]).toEqual(['', []])
  })

  test('one that the company has set cannot be changed here', async () => {
    const url = await listenHttp(json(health))
    const { server, changes, choiceFile } = addressWith({ config: { serverUrl: 'https://company.example', managed: true } })
    expect(await server.use(url)).toEqual({ result: 'managed', address: 'https://company.example' })
    expect([server.current(), changes, existsSync(choiceFile)]).toEqual(['https://company.example', [], false])
  })

  test.each<[string, RequestListener]>([
    ['a page', (_, reply) => void reply.end('<html>')],
    ['another product', json({ ...health, product: 'other' })],
    ['an error', json(health, 500)],
    ['no version', json({ product: 'callsync' })],
    ['an endless answer', (_, reply) => void reply.end(JSON.stringify({ ...health, more: 'x'.repeat(100_000) }))],
  ])('%s is not CallSync, and is not kept', async (_, listener) => {
    const { server, choiceFile } = addressWith()
    expect(await server.use(await listenHttp(listener))).toEqual({ result: 'notCallSync' })
    expect([server.current(), existsSync(choiceFile)]).toEqual(['', false])
  })

  test('another version of the wire is told with both numbers, and not kept', async () => {
    const url = await listenHttp(json({ ...health, contractVersion: contractVersion + 1 }))
    const { server } = addressWith()
    expect(await server.use(url)).toEqual({ result: 'otherVersion', server: contractVersion + 1, client: contractVersion })
    expect(server.current()).toBe('')
  })

  test('nobody there, or a redirect elsewhere, is unreachable; nonsense is invalid', async () => {
    const { server } = addressWith()
    expect(await server.check('http://127.0.0.1:1')).toMatchObject({ result: 'unreachable' })
    const elsewhere = await listenHttp((_, reply) => void reply.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
    expect(await server.check(elsewhere)).toMatchObject({ result: 'unreachable' })
    expect(await server.check('file:///etc/passwd')).toEqual({ result: 'invalid' })
  })
})

describe('a certificate that nobody vouches for', () => {
  // Signed by itself, good for a hundred years, known to nobody but these tests.
  const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../../tests/fixtures', name))
  const key = fixture('self-signed-key.pem')
  const cert = fixture('self-signed-cert.pem')

  async function serve() {
    let requests = 0
    const listener: RequestListener = (request, reply) => {
      requests += 1
      json(health)(request, reply)
    }
    const url = await listen(createHttpsServer({ key, cert }, listener), 'https')
    const fingerprint = await readFingerprint(new URL(url), 2_000)
    return { url, fingerprint: fingerprint ?? '', requests: () => requests }
  }

  test('is explained with its fingerprint, and neither accepted nor asked anything', async () => {
    const { url, fingerprint, requests } = await serve()
    expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    const { server, choiceFile } = addressWith()
    expect(await server.use(url)).toEqual({ result: 'certificate', detail: 'ERR_CERT_AUTHORITY_INVALID', fingerprint })
    expect([server.current(), existsSync(choiceFile), requests()]).toEqual(['', false, 0])
  })

  test('is known by the words of Node as well', async () => {
    const { url, fingerprint } = await serve()
    const { server } = addressWith({ fetch })
    expect(await server.check(url)).toEqual({ result: 'certificate', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT', fingerprint })
  })

  test('is accepted when the company’s policy names this host with this fingerprint', async () => {
    const { url, fingerprint } = await serve()
    const { server } = addressWith({ trusted: [{ host: '127.0.0.1', fingerprint: fingerprint.toLowerCase() }] })
    expect(await server.use(url)).toMatchObject({ result: 'ok' })
    expect(server.current()).toBe(url)
  })

  test.each<[string, (fingerprint: string) => Config['policy']['certificates'][number]]>([
    ['another fingerprint', () => ({ host: '127.0.0.1', fingerprint: 'ab'.repeat(32) })],
    ['another host', (fingerprint) => ({ host: '127.0.0.2', fingerprint })],
    ['a part of the fingerprint', (fingerprint) => ({ host: '127.0.0.1', fingerprint: fingerprint.slice(0, 47) })],
    ['any fingerprint', () => ({ host: '127.0.0.1', fingerprint: '*' })],
    ['any host', (fingerprint) => ({ host: '*', fingerprint })],
  ])('is refused when the policy names %s', async (_, trusted) => {
    const { url, fingerprint, requests } = await serve()
    const { server } = addressWith({ trusted: [trusted(fingerprint)] })
    expect(await server.use(url)).toMatchObject({ result: 'certificate', fingerprint })
    expect([server.current(), requests()]).toEqual(['', 0])
  })

  const fingerprint = `sha256/${Buffer.from('ab'.repeat(32), 'hex').toString('base64')}`
  const trusted = [{ host: 'callsync.example', fingerprint: 'AB:'.repeat(32).slice(0, -1) }]
  const judge = (errorCode: number, hostname = 'CallSync.example') =>
    judgeCertificate({ hostname, certificate: { fingerprint }, errorCode }, trusted)

  test('the policy pardons the missing authority and the name, never the date or a revocation; what is valid is left to Chromium', () => {
    expect([judge(-202), judge(-200)]).toEqual([0, 0])
    expect([judge(-201), judge(-206), judge(0), judge(-202, 'evil.example')]).toEqual([-3, -3, -3, -3])
  })

  test('a server without TLS shows no fingerprint', async () => {
    const url = await listenHttp(json(health))
    expect(await readFingerprint(new URL(url.replace('http:', 'https:')), 2_000)).toBeNull()
  })
})
