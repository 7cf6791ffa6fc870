import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

const algorithm = 'aes-256-gcm'

/** Not the OS's key store, but not plain either: a key file stands in for it. */
export function createSafeStorage(keyFile: string) {
  function readKey(): Buffer {
    try {
      return readFileSync(keyFile)
    } catch {
      const key = randomBytes(32)
      writeFileSync(keyFile, key, { mode: 0o600 })
      return key
    }
  }

  return {
    isAsyncEncryptionAvailable: async (): Promise<boolean> => true,
    getSelectedStorageBackend: (): string => process.env['ELECTRON_DOUBLE_KEYRING'] ?? 'gnome_libsecret',
    async encryptStringAsync(plainText: string): Promise<Buffer> {
      const nonce = randomBytes(12)
      const cipher = createCipheriv(algorithm, readKey(), nonce)
      const sealed = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
    },
    async decryptStringAsync(encrypted: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }> {
      const decipher = createDecipheriv(algorithm, readKey(), encrypted.subarray(0, 12))
      decipher.setAuthTag(encrypted.subarray(12, 28))
      const opened = Buffer.concat([decipher.update(encrypted.subarray(28)), decipher.final()])
      return { shouldReEncrypt: false, result: opened.toString('utf8') }
    },
  }
}
