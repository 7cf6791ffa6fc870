import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../clock.ts'
import { AppError, StartError } from '../errors.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import { createFirstAdministrator, firstAdministratorEmail, openSecretBox, Sessions, Users } from './index.ts'

let dataDir: string
let store: Store
let clock: ManualClock
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-accounts-'))
  clock = new ManualClock()
  store = new Store({ dataDir, ...(await testDatabase(dataDir)), clock })
  await store.start()
})
afterEach(async () => {
  await store.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const openBox = (secretKey: Buffer | null = null) => openSecretBox({ db: store.db, dataDir, secretKey, nowMs: 0 })
async function startUsers() {
  const sessions = new Sessions({ db: store.db, clock })
  const users = new Users({ store, clock, box: await openBox(), sessions })
  await users.start()
  return { users, sessions }
}
const anna = {
  email: 'Anna@Test.CallSync',
  name: 'Anna',
  role: 'operator' as const,
  password: 'long enough',
  extension: '1001',
  sipPassword: 'sip-secret',
}
const boris = { ...anna, email: 'boris@test.callsync', name: 'Boris', extension: '1002' }
const admin = { ...anna, email: 'admin@test.callsync', name: 'Admin', role: 'administrator' as const, extension: null }

describe('Users', () => {
  it('keeps people through a restart, with nothing secret readable in the database', async () => {
    const { users } = await startUsers()
    const user = await users.create(anna)
    expect(user).toEqual({
      id: user.id,
      email: 'anna@test.callsync',
      name: 'Anna',
      role: 'operator',
      extension: '1001',
      active: true,
    })
    const { users: again } = await startUsers()
    expect(again.all()).toEqual([user])
    expect(again.byExtension('1001')).toEqual(user)
    expect(await again.sipPassword(user.id)).toBe('sip-secret')
    expect(await again.authenticate({ email: 'ANNA@test.callsync', password: 'long enough' })).toEqual(user)
    const rows = JSON.stringify(await store.db.selectFrom('users').selectAll().execute())
    expect(rows).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
    expect(rows).not.toContain('long enough')
    expect(rows).not.toContain('sip-secret')
  })

  it.each([
    ['email', { ...boris, email: 'ANNA@test.callsync' }],
    ['extension', { ...boris, extension: '1001' }],
  ])('refuses a second person with the same %s', async (field, second) => {
    const { users } = await startUsers()
    await users.create(anna)
    const error = await users.create(second).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'conflict', fields: { [field]: 'alreadyUsed' } })
    const other = await users.create(boris)
    await expect(users.update(other.id, { [field]: second[field === 'email' ? 'email' : 'extension'] })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(users.byId(other.id)).toEqual(other)
  })

  it('changes what is given and leaves the rest', async () => {
    const { users } = await startUsers()
    const { id } = await users.create(anna)
    const seen: (string | undefined)[] = []
    const dispose = users.onChange(() => seen.push(users.byId(id)?.name))
    expect(await users.update(id, { name: 'Anna B' })).toMatchObject({ name: 'Anna B', extension: '1001' })
    expect(await users.sipPassword(id)).toBe('sip-secret')
    await users.update(id, { extension: null, sipPassword: null })
    expect(await users.sipPassword(id)).toBeNull()
    expect(users.byExtension('1001')).toBeNull()
    dispose()
    await users.update(id, { name: 'Anna C' })
    expect(seen).toEqual(['Anna B', 'Anna B'])
    await expect(users.update('nobody', { name: 'x' })).rejects.toMatchObject({ code: 'notFound' })
  })

  it('knows which extensions were whose and when, through a restart', async () => {
    const { users } = await startUsers()
    const first = await users.create(anna)
    const madeMs = clock.nowMs()
    const next = await users.create({ ...boris, extension: null })
    const held = { extension: '1001', fromMs: madeMs, toMs: null }
    expect([users.extensionTimes(first.id), users.extensionTimes(next.id)]).toEqual([[held], []])
    clock.advance(1_000)
    await users.update(first.id, { name: 'Anna B' })
    expect(users.extensionTimes(first.id)).toEqual([held])
    // A slip of the hand, taken back at once, was nobody's extension.
    await users.update(first.id, { extension: '1009' })
    await users.update(first.id, { extension: '1003' })
    await users.update(next.id, { extension: '1001' })
    clock.advance(1_000)
    await users.update(first.id, { extension: null })
    const { users: again } = await startUsers()
    for (const known of [users, again]) {
      expect(known.extensionTimes(first.id)).toEqual([
        { ...held, toMs: madeMs + 1_000 },
        { extension: '1003', fromMs: madeMs + 1_000, toMs: madeMs + 2_000 },
      ])
      expect(known.extensionTimes(next.id)).toEqual([{ ...held, fromMs: madeMs + 1_000 }])
    }
  })

  it('knows an extension that was theirs before they were entered, through a restart', async () => {
    const { users } = await startUsers()
    const heldSinceMs = clock.nowMs() - 86_400_000
    const { id } = await users.create({ ...anna, heldSinceMs })
    const { users: again } = await startUsers()
    for (const known of [users, again])
      expect(known.extensionTimes(id)).toEqual([{ extension: '1001', fromMs: heldSinceMs, toMs: null }])
  })

  it('knows what people were called before, through a restart', async () => {
    const { users } = await startUsers()
    const { id, name } = await users.create(anna)
    const madeMs = clock.nowMs()
    for (const next of ['Anna B', name, 'Anna C', 'Anna C']) {
      clock.advance(1_000)
      await users.update(id, { name: next })
    }
    const { users: again } = await startUsers()
    for (const known of [users, again])
      expect(known.formerNames(id).toSorted((a, b) => a.untilMs - b.untilMs)).toEqual([
        { name: 'Anna B', untilMs: madeMs + 2_000 },
        { name, untilMs: madeMs + 3_000 },
      ])
  })

  it('forgets nobody’s extension when the clock is set back', async () => {
    const { users } = await startUsers()
    const { id } = await users.create(anna)
    const madeMs = clock.nowMs()
    clock.advance(-3_600_000)
    try {
      await users.update(id, { extension: '1003' })
      await users.update(id, { extension: null })
      await users.update(id, { extension: '1004' })
    } finally {
      clock.advance(3_600_000)
    }
    const { users: again } = await startUsers()
    for (const known of [users, again])
      expect(known.extensionTimes(id)).toEqual([
        { extension: '1001', fromMs: madeMs, toMs: madeMs + 1 },
        { extension: '1003', fromMs: madeMs + 1, toMs: madeMs + 2 },
        { extension: '1004', fromMs: madeMs + 2, toMs: null },
      ])
  })

  it('finds nobody by the extension of a deactivated person', async () => {
    const { users } = await startUsers()
    const { id } = await users.create(anna)
    await users.update(id, { active: false })
    expect(users.byExtension('1001')).toBeNull()
    expect(users.byId(id)?.active).toBe(false)
    expect(await users.authenticate(anna)).toBeNull()
  })

  it.each([{ active: false }, { role: 'supervisor' as const }])('keeps the last administrator from %o', async (changes) => {
    const { users } = await startUsers()
    const first = await users.create(admin)
    await expect(users.update(first.id, changes)).rejects.toMatchObject({ code: 'conflict' })
    expect(users.byId(first.id)).toEqual(first)
    const second = await users.create({ ...admin, email: 'second@test.callsync' })
    await users.update(first.id, changes)
    await expect(users.update(second.id, changes)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('lets one of two administrators stay when both leave at once', async () => {
    const { users } = await startUsers()
    const people = [await users.create(admin), await users.create({ ...admin, email: 'second@test.callsync' })]
    const results = await Promise.allSettled(people.map(({ id }) => users.update(id, { active: false })))
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('ends the sessions of a person with a new password, but not the one it was changed in', async () => {
    const { users, sessions } = await startUsers()
    const user = await users.create(anna)
    const { id } = user
    const other = await users.create(boris)
    const [own, elsewhere, foreign] = [await sessions.create(id), await sessions.create(id), await sessions.create(other.id)]
    await users.update(id, { password: 'something else' }, { user, sessionToken: own })
    expect(await sessions.find(own)).not.toBeNull()
    expect(await sessions.find(elsewhere)).toBeNull()
    expect(await sessions.find(foreign)).not.toBeNull()
    expect(await users.authenticate(anna)).toBeNull()
    await users.update(id, { role: 'supervisor' }, { user, sessionToken: own })
    expect(await sessions.find(own)).toBeNull()
  })
})

it('has in the action log who made and changed whom, the fact of a new password and never the password', async () => {
  const { users } = await startUsers()
  const user = await users.create(admin)
  const by = { user, sessionToken: null }
  const { id } = await users.create({ ...anna, sipPassword: 'sip-secret' }, by)
  const written = async () => {
    const rows = await store.db.selectFrom('audit').selectAll().orderBy('at_ms').orderBy('action', 'desc').execute()
    return rows.map((row) => `${row.actor_name} ${row.action} ${row.subject === id} ${row.details}`)
  }
  clock.advance(1)
  await users.update(id, { role: 'supervisor', extension: null, password: 'something else', sipPassword: null }, by)
  clock.advance(1)
  await users.update(id, { active: false }, by)
  // What is as it was, and what nobody did, is no line.
  await users.update(id, { name: 'Anna', role: 'supervisor' }, by)
  await users.update(id, { name: 'Anna B' })
  await expect(users.update(user.id, { active: false }, by)).rejects.toMatchObject({ code: 'conflict' })
  expect(await written()).toEqual([
    'Admin person.create true {"name":"Anna","email":"anna@test.callsync","role":"operator","extension":"1001"}',
    'Admin person.change true {"name":"Anna","from":{"role":"operator","extension":"1001"},"to":{"role":"supervisor","extension":null},"newPassword":true,"newSipPassword":false}',
    'Admin person.change true {"name":"Anna","from":{"active":true},"to":{"active":false}}',
  ])
})

describe('the first administrator', () => {
  it('is made once, and can sign in with what the private file says', async () => {
    const { users } = await startUsers()
    const path = await createFirstAdministrator({ users, dataDir })
    if (path === null) throw new Error('nobody was made')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const [email, password] = readFileSync(path, 'utf8').split('\n')
    expect(email).toBe(firstAdministratorEmail)
    expect(await users.authenticate({ email: email ?? '', password: password ?? '' })).toMatchObject({ role: 'administrator' })
    expect(await createFirstAdministrator({ users, dataDir })).toBeNull()
  })
})

describe('SecretBox', () => {
  const keyPath = () => join(dataDir, 'secret.key')

  it('opens what it sealed, in its place only, and notices a changed byte', async () => {
    const box = await openBox()
    const sealed = box.seal('päss', 'sip:1')
    expect(box.open(sealed, 'sip:1')).toBe('päss')
    expect(box.seal('päss', 'sip:1')).not.toBe(sealed)
    expect(() => box.open(sealed, 'sip:2')).toThrow()
    const bytes = Buffer.from(sealed.slice(3), 'base64')
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    expect(() => box.open(`v1.${bytes.toString('base64')}`, 'sip:1')).toThrow()
    expect(() => box.open(`v1.${bytes.subarray(0, 20).toString('base64')}`, 'sip:1')).toThrow('cut short')
  })

  it('makes its key file once, private', async () => {
    await openBox()
    const key = readFileSync(keyPath(), 'utf8')
    expect(statSync(keyPath()).mode & 0o777).toBe(0o600)
    await openBox()
    expect(readFileSync(keyPath(), 'utf8')).toBe(key)
  })

  it.each([
    ['the environment has another key', () => {}, Buffer.alloc(32, 1), /key from CALLSYNC_SECRET_KEY/],
    ['the file has another key', () => writeFileSync(keyPath(), Buffer.alloc(32, 1).toString('base64')), null, /secret\.key/],
    ['the file is gone', () => rmSync(keyPath()), null, /cannot be read/],
    ['the file is damaged', () => writeFileSync(keyPath(), 'abc'), null, /damaged/],
  ])('says clearly that %s', async (_, change, key, message) => {
    await openBox()
    change()
    const attempt = openBox(key)
    await expect(attempt).rejects.toThrow(StartError)
    await expect(attempt).rejects.toThrow(message)
  })

  it('takes the key from the environment and then writes no file', async () => {
    const key = Buffer.alloc(32, 5)
    const sealed = (await openBox(key)).seal('x', 'y')
    expect((await openBox(key)).open(sealed, 'y')).toBe('x')
    expect(() => statSync(keyPath())).toThrow('ENOENT')
  })
})
