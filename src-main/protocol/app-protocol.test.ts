import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAppProtocol } from './app-protocol.ts'
import { contentSecurityPolicy } from './csp.ts'

let root: string
let serve: (request: Request) => Promise<Response>
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'callsync-protocol-'))
  const folder = join(root, 'served')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<title>index</title>')
  writeFileSync(join(folder, 'assets/a.js'), 'js')
  mkdirSync(join(root, 'served-not'))
  writeFileSync(join(root, 'served-not/secret.txt'), 'secret')
  writeFileSync(join(root, 'secret.txt'), 'secret')
  symlinkSync(join(root, 'secret.txt'), join(folder, 'link.txt'))
  serve = createAppProtocol({ folder, contentSecurityPolicy: () => "default-src 'none'" })
})
afterEach(() => rmSync(root, { recursive: true }))

const get = (path: string, headers: Record<string, string> = {}) => serve(new Request(`app://callsync${path}`, { headers }))

test('files come with their type and the policy', async () => {
  const response = await get('/assets/a.js')
  expect(await response.text()).toBe('js')
  expect(response.headers.get('content-type')).toContain('text/javascript')
  expect(response.headers.get('content-security-policy')).toBe("default-src 'none'")
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

test('page addresses of the app get its index, missing files do not', async () => {
  const html = { accept: 'text/html,application/xhtml+xml' }
  for (const path of ['/', '/monitor', '/cards/main:17.42']) {
    expect(await (await get(path, html)).text()).toBe('<title>index</title>')
  }
  expect((await get('/assets/missing.js', { accept: '*/*' })).status).toBe(404)
})

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e%2fserved-not%2fsecret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/..%5csecret.txt',
  '/link.txt',
  '/index.html%00.js',
  '/%zz',
  '/assets',
])('nothing outside the folder is read: %s', async (path) => {
  const response = await get(path)
  expect(response.status).toBeGreaterThanOrEqual(400)
  expect(await response.text()).toBe('')
})

test.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])('%s is refused', async (method) => {
  expect((await serve(new Request('app://callsync/', { method }))).status).toBe(405)
})

test.each(['app://other/index.html', 'http://callsync/index.html', 'app://callsync.evil/index.html'])(
  'another host or scheme is refused: %s',
  async (url) => {
    expect((await serve(new Request(url))).status).toBe(404)
  },
)

test('the policy lets scripts come from the app only and talk HTTP to the server only', () => {
  const policy = contentSecurityPolicy('https://callsync.example.com/base')
  const directive = (name: string) =>
    policy
      .split('; ')
      .find((each) => each.startsWith(`${name} `))
      ?.slice(name.length + 1)
  expect(directive('default-src')).toBe("'none'")
  expect(directive('script-src')).toBe("'self'")
  expect(directive('connect-src')).toBe("'self' https://callsync.example.com ws: wss:")
  expect(policy).not.toMatch(/unsafe-eval|https?:(?!\/\/callsync\.example\.com)/)
})
