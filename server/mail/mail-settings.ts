import { randomUUID, X509Certificate } from 'node:crypto'
import { z } from 'zod'
import type { SecretBox } from '../accounts/index.ts'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { MailSettings, type MailSettingsWrite, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { MailAccount } from './smtp.ts'

const key = 'mail'
/** As stored: the password sealed, everything else readable. */
const Stored = z.object({ settings: MailSettings, password: z.string().nullable() })

/** How the server sends e-mail, as an administrator saved it. */
export class MailAccounts {
  readonly #deps: { db: Db; clock: Clock; box: SecretBox }

  constructor(deps: { db: Db; clock: Clock; box: SecretBox }) {
    this.#deps = deps
  }

  /** null before it was set. */
  async current(): Promise<MailAccount | null> {
    const { db, box } = this.#deps
    const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
    if (!row) return null
    const { settings, password } = Stored.parse(JSON.parse(row.value))
    return { ...settings, password: password === null ? '' : box.open(password, key) }
  }

  /**
   * What `write` would send with, its missing password filled from the one in use. Only for the very same login, as well
   * protected: a stored password must not be sent to another host because somebody typed its name. Throws invalidInput.
   */
  async accountFor(write: MailSettingsWrite): Promise<MailAccount> {
    if (!areCertificates(write.authorities))
      throw new AppError('invalidInput', 'no PEM certificates', { fields: { authorities: 'invalid' } })
    if (write.password !== null || write.user === '') return { ...write, password: write.password ?? '' }
    const stored = await this.current()
    const same = stored?.host === write.host && stored.port === write.port && stored.user === write.user
    if (!same || isLessProtected(stored, write) || stored.password === '')
      throw new AppError('invalidInput', 'give the password for this host, port and user', { fields: { password: 'required' } })
    return { ...write, password: stored.password }
  }

  async save(user: User, write: MailSettingsWrite): Promise<void> {
    const { db, clock, box } = this.#deps
    const { password } = await this.accountFor(write)
    const settings = MailSettings.parse(write)
    const value = JSON.stringify({
      settings,
      password: password === '' ? null : box.seal(password, key),
    } satisfies z.infer<typeof Stored>)
    const updated_at_ms = clock.nowMs()
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('settings')
        .values({ key, value, updated_at_ms })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at_ms }))
        .execute()
      const { authorities, ...rest } = settings
      const fingerprints = certificatesIn(authorities).map((pem) => new X509Certificate(pem).fingerprint256)
      const details = { ...rest, authorities: fingerprints, newPassword: write.password !== null }
      await writeAudit(tx, { id: randomUUID(), user, atMs: updated_at_ms, action: 'mail.saveSettings', subject: key, details })
    })
  }
}

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

const certificatesIn = (text: string): string[] => text.match(certificate) ?? []

/** In clear, or to whoever another authority vouches for: more could read the password than before. */
const isLessProtected = (before: Protection, now: Protection): boolean =>
  (now.security === 'none' && before.security !== 'none') ||
  certificatesIn(now.authorities).some((pem) => !before.authorities.includes(pem))
type Protection = Pick<MailSettings, 'security' | 'authorities'>

/** Nothing else is among them, a private key for instance. */
function areCertificates(text: string): boolean {
  try {
    for (const pem of certificatesIn(text)) new X509Certificate(pem)
    return text.replace(certificate, '').trim() === ''
  } catch {
    return false
  }
}
