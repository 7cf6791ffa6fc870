import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSecretBox } from '../accounts/index.ts'
import { galina } from '../calls/fixture.ts'
import { ManualClock } from '../clock.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import { login } from './fixture.ts'
import { MailAccounts } from './mail-settings.ts'

const settings = {
  host: '127.0.0.1',
  port: 2_525,
  security: 'none',
  user: login.user,
  from: 'crm@office.test',
  authorities: '',
} as const

let dataDir: string
let store: Store
let accounts: MailAccounts
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-mail-'))
  const clock = new ManualClock(Date.UTC(2026, 10, 20, 12))
  store = new Store({ dataDir, ...(await testDatabase(dataDir)), clock })
  await store.start()
  const box = await openSecretBox({ db: store.db, dataDir, secretKey: null, nowMs: clock.nowMs() })
  accounts = new MailAccounts({ db: store.db, clock, box })
  await accounts.save(galina, { ...settings, password: login.password })
})
afterEach(async () => {
  await store.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, `../../tests/fixtures/mail-tls/${name}.pem`), 'utf8')

describe('the mail settings', () => {
  it('keep the password sealed, and give it to the same login only', async () => {
    const row = await store.db.selectFrom('settings').select('value').where('key', '=', 'mail').executeTakeFirstOrThrow()
    expect(row.value).not.toContain(login.password)
    expect(await accounts.accountFor({ ...settings, from: 'new@office.test', password: null })).toMatchObject({
      password: login.password,
    })
    for (const change of [{ host: 'evil.test' }, { port: 1 }, { user: 'other' }])
      await expect(accounts.accountFor({ ...settings, ...change, password: null })).rejects.toMatchObject({
        code: 'invalidInput',
        fields: { password: 'required' },
      })
  })

  it('ask for the password again before more can read it, and tell the audit whom they trust by fingerprint', async () => {
    const kept = (change: object) => accounts.accountFor({ ...settings, ...change, password: null })
    const refused = { fields: { password: 'required' } }
    const authorities = fixture('authority')
    await expect(kept({ authorities })).rejects.toMatchObject(refused)
    await accounts.save(galina, { ...settings, security: 'tls', authorities, password: login.password })
    await expect(kept({})).rejects.toMatchObject(refused)
    expect(await kept({ security: 'starttls' })).toMatchObject({ password: login.password })
    expect(await kept({ security: 'tls', authorities })).toMatchObject({ password: login.password })
    const rows = await store.db.selectFrom('audit').select('details').where('action', '=', 'mail.saveSettings').execute()
    const [fingerprint] = rows.flatMap(({ details }) => JSON.parse(details).authorities)
    expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  })

  it('take only certificates for authorities', async () => {
    const [authority, key] = [fixture('authority'), fixture('localhost-key')]
    const taken = (authorities: string) => accounts.accountFor({ ...settings, authorities, password: 'x' })
    expect(await taken(`${authority}\n${fixture('localhost')}`)).toMatchObject({ host: '127.0.0.1' })
    const broken = authority.replace(/\n[^-]{8}/, '\nAAAAAAAA')
    for (const wrong of ['a word', key, `${authority}${key}`, broken])
      await expect(taken(wrong)).rejects.toMatchObject({ fields: { authorities: 'invalid' } })
  })

  it('have who changed them in the audit, without the password', async () => {
    const [entry, ...more] = await store.db.selectFrom('audit').selectAll().where('action', '=', 'mail.saveSettings').execute()
    expect(more).toEqual([])
    expect(entry?.actor_name).toBe('Galina')
    expect(JSON.parse(entry?.details ?? '')).toEqual({ ...settings, authorities: [], newPassword: true })
  })
})
