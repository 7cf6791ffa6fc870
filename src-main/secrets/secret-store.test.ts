import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../log.ts'
import { createSecretStore, type SafeStorageLike } from './secret-store.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-secrets-'))
  file = join(folder, 'secrets.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** "Encrypts" by turning around under a key, so that a wrong key is noticed. */
class FakeKeyring implements SafeStorageLike {
  available = true
  backend = 'gnome_libsecret'
  key = 'k1'
  rotated = false
  encryptions = 0
  isAsyncEncryptionAvailable = async () => this.available
  getSelectedStorageBackend = () => this.backend
  async encryptStringAsync(plainText: string) {
    this.encryptions += 1
    return Buffer.from(`${this.key}:${[...plainText].reverse().join('')}`)
  }
  async decryptStringAsync(encrypted: Buffer) {
    const [key, ...rest] = encrypted.toString().split(':')
    if (key !== this.key) throw new Error('wrong key')
    return { shouldReEncrypt: this.rotated, result: [...rest.join(':')].reverse().join('') }
  }
}

const openStore = (safeStorage: SafeStorageLike, platform: NodeJS.Platform = 'linux') =>
  createSecretStore({ safeStorage, platform, file, log: silentLog })

test('a secret comes back after a restart; the file is private and does not show it', async () => {
  const keyring = new FakeKeyring()
  await openStore(keyring).set('sessionToken', 'open-sesame')
  expect(await openStore(keyring).get('sessionToken')).toBe('open-sesame')
  expect(await openStore(keyring).state()).toBe('stored')
  expect(readFileSync(file, 'utf8')).not.toContain('open-sesame')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('null forgets', async () => {
  const store = openStore(new FakeKeyring())
  await store.set('sessionToken', 'a')
  await store.set('sessionToken', null)
  expect(await store.get('sessionToken')).toBeNull()
})

test.each([
  ['weakBackend', { backend: 'basic_text' }],
  ['unavailable', { available: false }],
  ['unavailable', { backend: 'unknown' }],
])('%s: kept in memory until the end, never on the disk', async (state, fault) => {
  const keyring = Object.assign(new FakeKeyring(), fault)
  const store = openStore(keyring)
  await store.set('sessionToken', 'a')
  expect(await store.state()).toBe(state)
  expect(await store.get('sessionToken')).toBe('a')
  expect(existsSync(file)).toBe(false)
  expect(await openStore(keyring).get('sessionToken')).toBeNull()
})

test('the weak backend is a matter of Linux alone', async () => {
  const keyring = Object.assign(new FakeKeyring(), { backend: 'basic_text' })
  expect(await openStore(keyring, 'win32').state()).toBe('stored')
})

test('a secret of a lost key or of another backend counts as absent, and can be set anew', async () => {
  const keyring = new FakeKeyring()
  await openStore(keyring).set('sessionToken', 'old')
  keyring.key = 'k2'
  expect(await openStore(keyring).get('sessionToken')).toBeNull()
  await openStore(keyring).set('sessionToken', 'new')
  expect(await openStore(keyring).get('sessionToken')).toBe('new')
  keyring.backend = 'kwallet6'
  expect(await openStore(keyring).get('sessionToken')).toBeNull()
})

test('a rotated key encrypts again', async () => {
  const keyring = new FakeKeyring()
  const store = openStore(keyring)
  await store.set('sessionToken', 'a')
  keyring.rotated = true
  expect(await store.get('sessionToken')).toBe('a')
  expect(keyring.encryptions).toBe(2)
})

test('a broken file counts as empty', async () => {
  writeFileSync(file, '{"version":1')
  expect(await openStore(new FakeKeyring()).get('sessionToken')).toBeNull()
})

test('two writes at once end with the last one', async () => {
  const store = openStore(new FakeKeyring())
  await Promise.all([store.set('sessionToken', 'a'), store.set('sessionToken', 'b')])
  expect(await store.get('sessionToken')).toBe('b')
})
