import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../errors.ts'
import { type Db, hasCode } from '../store/index.ts'

const keyBytes = 32
const ivBytes = 12
const tagBytes = 16
const checkName = 'secretKeyCheck'

/** Encrypts what must not lie readable in the database (SIP and AMI passwords): AES-256-GCM, `v1.` + base64 of iv, tag, text. */
export class SecretBox {
  readonly #key: Buffer

  constructor(key: Buffer) {
    if (key.length !== keyBytes) throw new Error(`a secret key has ${keyBytes} bytes`)
    this.#key = key
  }

  /** `purpose` names the place it is stored, e.g. `sip:42`: a value copied to another place does not open there. */
  seal(text: string, purpose: string): string {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(purpose))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return `v1.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')}`
  }

  /** Throws when the value was changed, belongs elsewhere, or was sealed with another key. */
  open(sealed: string, purpose: string): string {
    if (!sealed.startsWith('v1.')) throw new Error('unknown form of a secret')
    const bytes = Buffer.from(sealed.slice(3), 'base64')
    if (bytes.length < ivBytes + tagBytes) throw new Error('a secret is cut short')
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8')
  }
}

/**
 * The key from the environment, else from `secret.key` in the data folder, which is made on first use.
 * A value in the database tells a wrong key now instead of at the first phone that cannot register. Throws StartError.
 */
export async function openSecretBox(deps: {
  db: Db
  dataDir: string
  /** 32 bytes, or null for the key file. */
  secretKey: Buffer | null
  nowMs: number
}): Promise<SecretBox> {
  const { db, dataDir, secretKey, nowMs } = deps
  const check = await db.selectFrom('settings').select('value').where('key', '=', checkName).executeTakeFirst()
  const path = join(dataDir, 'secret.key')
  const box = new SecretBox(secretKey ?? keyFromFile(path, check === undefined))
  if (check) {
    try {
      box.open(check.value, checkName)
    } catch (cause) {
      const source = secretKey ? 'CALLSYNC_SECRET_KEY' : path
      throw new StartError(
        `The stored passwords cannot be read with the key from ${source}: they were written with another one. Give the first key back` +
          `${secretKey ? ' (or unset CALLSYNC_SECRET_KEY to use the key file)' : ' (in the file, or in CALLSYNC_SECRET_KEY)'}.`,
        { cause },
      )
    }
  } else {
    const value = box.seal('ok', checkName)
    await db.insertInto('settings').values({ key: checkName, value, updated_at_ms: nowMs }).execute()
  }
  return box
}

function keyFromFile(path: string, mayCreate: boolean): Buffer {
  try {
    if (mayCreate) writeFileSync(path, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  } catch (cause) {
    if (!hasCode(cause, 'EEXIST')) throw new StartError(`The key file ${path} cannot be written.`, { cause })
  }
  let key: Buffer
  try {
    key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
  } catch (cause) {
    throw new StartError(
      `The key file ${path} cannot be read, and the stored passwords need it. Restore it from a backup, or set CALLSYNC_SECRET_KEY.`,
      { cause },
    )
  }
  if (key.length !== keyBytes)
    throw new StartError(`The key file ${path} is damaged: it must hold ${keyBytes} bytes as base64. Restore it from a backup.`)
  return key
}
