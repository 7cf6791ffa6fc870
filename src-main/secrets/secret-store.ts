import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { SecretName, type SecretState } from '../../src-preload/contract/index.ts'
import type { Log } from '../log.ts'
import { writePrivateFile } from '../private-file.ts'

/** What is needed of Electron's safeStorage: its asynchronous half, the other one is on its way out. */
export interface SafeStorageLike {
  isAsyncEncryptionAvailable(): Promise<boolean>
  encryptStringAsync(plainText: string): Promise<Buffer>
  decryptStringAsync(encrypted: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }>
  /** Linux only. */
  getSelectedStorageBackend(): string
}

export interface SecretStore {
  get(name: SecretName): Promise<string | null>
  /** null forgets. */
  set(name: SecretName, value: string | null): Promise<void>
  state(): Promise<SecretState>
}

export interface SecretStoreDeps {
  readonly safeStorage: SafeStorageLike
  readonly platform: NodeJS.Platform
  readonly file: string
  readonly log: Log
}

/** `backend` wrote the values: another one cannot read them. */
const SecretFile = z.object({
  version: z.literal(1),
  backend: z.string(),
  values: z.partialRecord(SecretName, z.base64()),
})
type SecretFile = z.infer<typeof SecretFile>

/**
 * Secrets of the signed-in person, encrypted by the operating system's key store in a 0600 file.
 * Where there is no safe store they live in memory only: the person signs in again after a restart, the disk stays clean.
 */
export function createSecretStore(deps: SecretStoreDeps): SecretStore {
  const inMemory = new Map<SecretName, string>()
  const backend = deps.platform === 'linux' ? () => deps.safeStorage.getSelectedStorageBackend() : () => deps.platform

  const state = async (): Promise<SecretState> => {
    if (!(await deps.safeStorage.isAsyncEncryptionAvailable())) return 'unavailable'
    // `basic_text` encrypts with a password that stands in Chromium's source.
    if (backend() === 'basic_text') return 'weakBackend'
    return backend() === 'unknown' ? 'unavailable' : 'stored'
  }

  const read = (): SecretFile => {
    const empty: SecretFile = { version: 1, backend: backend(), values: {} }
    let text: string
    try {
      text = readFileSync(deps.file, 'utf8')
    } catch {
      return empty
    }
    const parsed = SecretFile.safeParse(parseJson(text))
    return parsed.success && parsed.data.backend === backend() ? parsed.data : empty
  }

  const write = async (name: SecretName, value: string | null): Promise<void> => {
    const file = read()
    if (value === null) delete file.values[name]
    else file.values[name] = (await deps.safeStorage.encryptStringAsync(value)).toString('base64')
    writePrivateFile(deps.file, JSON.stringify(file))
  }

  const get = async (name: SecretName): Promise<string | null> => {
    if ((await state()) !== 'stored') return inMemory.get(name) ?? null
    const encrypted = read().values[name]
    if (encrypted === undefined) return null
    try {
      const { result, shouldReEncrypt } = await deps.safeStorage.decryptStringAsync(Buffer.from(encrypted, 'base64'))
      if (shouldReEncrypt) await write(name, result)
      return result
    } catch {
      // The key is gone (a new keyring, another computer): the same as never signed in.
      deps.log.warn('A stored secret could not be decrypted', { name })
      return null
    }
  }

  const set = async (name: SecretName, value: string | null): Promise<void> => {
    if ((await state()) === 'stored') return write(name, value)
    if (value === null) inMemory.delete(name)
    else inMemory.set(name, value)
  }

  // One after the other: two writes at once would lose one of them.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work)
    last = turn
    return turn
  }

  return {
    get: (name) => inTurn(() => get(name)),
    set: (name, value) => inTurn(() => set(name, value)),
    state,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
