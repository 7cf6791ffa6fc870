import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSecretBox } from '../accounts/index.ts'
import { person } from '../calls/fixture.ts'
import { ManualClock } from '../clock.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import type { PbxFile } from '../telephony/pbx-file.ts'
import { ConnectionSettings, readSavedConnection, StoredQueueNames } from './index.ts'

let dataDir: string
let database: { dataDir: string; databaseUrl: string | null }
let store: Store
const clock = new ManualClock()
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-settings-'))
  database = { dataDir, ...(await testDatabase(dataDir)) }
  store = new Store({ ...database, clock })
  await store.start()
})
afterEach(async () => {
  await store.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const demo: PbxFile = {
  host: '127.0.0.1',
  amiPort: 15038,
  amiUser: 'callsync',
  amiSecret: 'demo-secret',
  ariUser: 'callsync',
  ariSecret: 'ari',
  httpPort: 18088,
  sipPort: 15060,
  socketUrl: 'ws://127.0.0.1:18088/ws',
  sipDomain: '127.0.0.1',
  recordingsDir: '/nowhere',
  logDir: '/nowhere',
  extensions: [],
  queues: [],
}
const own = {
  host: 'pbx.office',
  amiPort: 5038,
  amiUser: 'crm',
  socketUrl: 'wss://pbx.office/ws',
  sipDomain: '',
  iceServers: ['stun:stun.office:3478'],
}

async function startConnection(demoPbx: PbxFile | null = null) {
  const box = await openSecretBox({ db: store.db, dataDir, secretKey: null, nowMs: 0 })
  const settings = new ConnectionSettings({ db: store.db, clock, box, demo: demoPbx })
  await settings.start()
  return settings
}

it('knows no connection, then the demo one, then only the saved one', async () => {
  expect((await startConnection()).current()).toBeNull()
  const withDemo = await startConnection(demo)
  expect(withDemo.current()).toMatchObject({ source: 'demo', account: { port: 15038, secret: 'demo-secret' } })
  expect(withDemo.demo()).toBe(demo)

  const told: unknown[] = []
  const dispose = withDemo.onChange((connection) => told.push(connection))
  await withDemo.save({ ...own, amiSecret: 'own-secret' })
  dispose()
  await withDemo.save({ ...own, sipDomain: 'office', amiSecret: null })
  const account = { host: 'pbx.office', port: 5038, user: 'crm', secret: 'own-secret' }
  expect(told).toEqual([{ connection: own, account, source: 'saved' }])

  const later = await startConnection(demo)
  expect(later.demo()).toBeNull()
  expect(later.current()).toEqual({
    connection: { ...own, sipDomain: 'office' },
    account,
    source: 'saved',
  })
})

it('keeps the secret unreadable in the database', async () => {
  await (await startConnection()).save({ ...own, amiSecret: 'own-secret' })
  expect(JSON.stringify(await store.db.selectFrom('settings').selectAll().execute())).not.toContain('own-secret')
})

it('forgets a removed connection with its secret, for good, and goes back to the demo PBX where there is one', async () => {
  for (const demoPbx of [null, demo]) {
    const settings = await startConnection(demoPbx)
    await settings.save({ ...own, amiSecret: 'own-secret' })
    const told: unknown[] = []
    settings.onChange((connection) => told.push(connection?.source ?? null))
    await settings.remove()
    const left = demoPbx === null ? null : 'demo'
    expect(told).toEqual([left])
    expect(settings.current()?.source ?? null).toBe(left)
    expect((await startConnection(demoPbx)).current()?.source ?? null).toBe(left)
    expect(await readSavedConnection(database)).toBeNull()
    // The forgotten secret fills no later save.
    await expect(settings.save({ ...own, amiSecret: null })).rejects.toMatchObject({ fields: { amiSecret: 'required' } })
  }
})

it('asks for the secret when there is none to keep', async () => {
  const settings = await startConnection()
  await expect(settings.save({ ...own, amiSecret: null })).rejects.toMatchObject({
    code: 'invalidInput',
    fields: { amiSecret: 'required' },
  })
  expect(settings.current()).toBeNull()
})

it.each([{ host: 'elsewhere.example' }, { amiPort: 5039 }, { amiUser: 'somebody' }])(
  'does not give the stored secret to another login: %o',
  async (change) => {
    const settings = await startConnection()
    await settings.save({ ...own, amiSecret: 'own-secret' })
    const missing = expect.objectContaining({ code: 'invalidInput', fields: { amiSecret: 'required' } })
    expect(() => settings.accountFor({ ...own, ...change, amiSecret: null })).toThrow(missing)
    await expect(settings.save({ ...own, ...change, amiSecret: null })).rejects.toEqual(missing)
    expect(settings.current()).toMatchObject({ account: { host: own.host, port: own.amiPort, user: own.amiUser } })
    expect(settings.accountFor({ ...own, ...change, amiSecret: 'new' })).toMatchObject({ secret: 'new' })
  },
)

it('reads the saved connection beside a running server, after it, and leaves nothing behind', async () => {
  expect(await readSavedConnection(database)).toBeNull()
  await (await startConnection()).save({ ...own, amiSecret: 'own-secret' })
  expect(await readSavedConnection(database)).toEqual(own)
  await store.stop()
  const files = readdirSync(dataDir).sort()
  expect(await readSavedConnection(database)).toEqual(own)
  expect(readdirSync(dataDir).sort()).toEqual(files)
})

it('reads nothing from a folder without a database, and makes none', async () => {
  const empty = join(dataDir, 'empty')
  expect(await readSavedConnection({ dataDir: empty, databaseUrl: null })).toBeNull()
  expect(readdirSync(dataDir)).not.toContain('empty')
})

it('leaves a file that is no database to the server, which says so', async () => {
  await store.stop()
  writeFileSync(join(dataDir, 'callsync.db'), 'no database at all '.repeat(100))
  expect(await readSavedConnection({ dataDir, databaseUrl: null })).toBeNull()
})

it('names queues, falls back to the number, and remembers', async () => {
  const names = new StoredQueueNames({ db: store.db, clock })
  await names.start()
  let told = 0
  names.onChange(() => {
    told += 1
  })
  expect(names.name('701')).toBe('701')
  const by = person('root', null, 'administrator')
  await names.set({ number: '701', name: 'Sales' }, by)
  await names.set({ number: '701', name: 'Продажи' }, by)
  await names.set({ number: '701', name: 'Продажи' }, by)
  // The demo's own names are nobody's doing.
  await names.set({ number: '702', name: 'Поддержка' })
  expect(told).toBe(3)
  const later = new StoredQueueNames({ db: store.db, clock })
  await later.start()
  expect(later.name('701')).toBe('Продажи')
  expect(later.all()).toEqual([
    { number: '701', name: 'Продажи' },
    { number: '702', name: 'Поддержка' },
  ])
  const rows = await store.db.selectFrom('audit').select(['actor_id', 'action', 'subject', 'details']).execute()
  const told701 = (details: object) => ({ actor_id: 'root', action: 'queue.name', subject: '701', details })
  expect(rows).toHaveLength(2)
  expect(rows.map((row) => ({ ...row, details: JSON.parse(row.details) }))).toEqual(
    expect.arrayContaining([told701({ from: null, to: 'Sales' }), told701({ from: 'Sales', to: 'Продажи' })]),
  )
})

it('has in the action log who changed which connection, without its secrets', async () => {
  const settings = await startConnection()
  const by = person('root', null, 'administrator')
  const turn = 'turn:crm:turn-secret@turn.office:3478'
  await settings.save({ ...own, amiSecret: 'own-secret' }, by)
  await settings.save({ ...own, name: 'Москва', amiUser: 'crm2', iceServers: [turn], amiSecret: 'next-secret' }, by)
  await settings.add({ ...own, host: 'kazan.office', amiSecret: 'kazan-secret' }, by)
  await settings.save({ ...own, host: 'kazan.office', server: '2', sipDomain: 'kazan', amiSecret: null }, by)
  await settings.remove('2', by)
  await settings.remove('1', by)
  // Of nothing nothing is removed, and what was refused is not done.
  await settings.remove('1', by)
  await expect(settings.save({ ...own, amiSecret: null }, by)).rejects.toMatchObject({ code: 'invalidInput' })
  const rows = await store.db.selectFrom('audit').selectAll().execute()
  const written = rows.map(({ actor_id, action, subject, details }) => ({
    actor_id,
    action,
    subject,
    details: JSON.parse(details),
  }))
  const of = (action: string, subject: string, details: object) => ({ actor_id: 'root', action, subject, details })
  expect(written).toHaveLength(6)
  expect(written).toEqual(
    expect.arrayContaining([
      of('connection.change', '1', { name: 'pbx.office', to: own, newSecret: true }),
      of('connection.change', '1', {
        name: 'Москва',
        from: { name: 'pbx.office', amiUser: 'crm', iceServers: own.iceServers },
        to: { name: 'Москва', amiUser: 'crm2', iceServers: ['turn:turn.office:3478'] },
        newSecret: true,
      }),
      of('connection.add', '2', { name: 'kazan.office', to: { ...own, host: 'kazan.office' } }),
      of('connection.change', '2', {
        name: 'kazan.office',
        from: { sipDomain: '' },
        to: { sipDomain: 'kazan' },
        newSecret: false,
      }),
      of('connection.remove', '2', { name: 'kazan.office' }),
      of('connection.remove', '1', { name: 'Москва' }),
    ]),
  )
  expect(JSON.stringify(rows)).not.toContain('-secret')
})

describe('a change of a connection in the action log', () => {
  const by = person('root', null, 'administrator')
  const lines = async () => {
    const rows = await store.db.selectFrom('audit').select(['subject', 'details']).orderBy('at_ms').execute()
    return rows.map(({ subject, details }) => [subject, JSON.parse(details)])
  }

  it('has no account, wherever it was typed and however', async () => {
    const settings = await startConnection()
    const socketUrl = 'wss://crm:socket-secret@pbx.office/ws'
    const iceServers = [' turn:crm:turn-secret@turn.office', '\tTURNS:crm:turn@\n-secret@turn.office', 'crm:secret@turn.office']
    await settings.save({ ...own, socketUrl, iceServers, amiSecret: 'own-secret' }, by)
    clock.advance(1)
    await settings.save({ ...own, amiSecret: null }, by)
    const kept = {
      socketUrl: 'wss://pbx.office/ws',
      iceServers: ['turn:turn.office', 'TURNS:turn.office', 'turn.office'],
    }
    expect(await lines()).toEqual([
      ['1', { name: 'pbx.office', to: { ...own, ...kept }, newSecret: true }],
      ['1', { name: 'pbx.office', from: kept, to: { socketUrl: own.socketUrl, iceServers: own.iceServers }, newSecret: false }],
    ])
    expect(JSON.stringify(await lines())).not.toContain('secret@')
  })

  it('tells the name it had, of the first and of another, and nothing of a save that changes nothing', async () => {
    const settings = await startConnection()
    await settings.save({ ...own, name: 'Москва', amiSecret: 'own-secret' }, by)
    await settings.add({ ...own, host: 'kazan.office', name: 'Казань', amiSecret: 'kazan-secret' }, by)
    await store.db.deleteFrom('audit').execute()
    const kazan = { ...own, host: 'kazan.office', server: '2', amiSecret: null }
    // An empty echo number is none.
    await settings.save({ ...own, amiSecret: null, echoNumber: '' }, by)
    await settings.save({ ...own, name: 'Москва', amiSecret: 'own-secret' }, by)
    await settings.save(kazan, by)
    expect(await lines()).toEqual([])
    await settings.save({ ...own, name: 'Тверь', amiSecret: null }, by)
    clock.advance(1)
    await settings.save({ ...kazan, name: 'Уфа' }, by)
    clock.advance(1)
    await settings.save({ ...kazan, amiSecret: 'next-secret' }, by)
    expect(await lines()).toEqual([
      ['1', { name: 'Тверь', from: { name: 'Москва' }, to: { name: 'Тверь' }, newSecret: false }],
      ['2', { name: 'Уфа', from: { name: 'Казань' }, to: { name: 'Уфа' }, newSecret: false }],
      ['2', { name: 'Уфа', newSecret: true }],
    ])
  })

  it('has all of a connection that takes the demo PBX’s place, also with the same data', async () => {
    const settings = await startConnection(demo)
    const connection = settings.current()?.connection
    if (!connection) throw new Error('no demo')
    await settings.save({ ...connection, amiSecret: null }, by)
    expect(await lines()).toEqual([['1', { name: '127.0.0.1', to: connection, newSecret: true }]])
  })
})

describe('further Asterisk servers', () => {
  const kazan = { ...own, host: 'kazan.office', socketUrl: 'wss://kazan.office/ws' }

  it('are added beside the first, changed and removed, and their numbers are never given again', async () => {
    const settings = await startConnection()
    expect(settings.servers()).toEqual([])
    await settings.save({ ...own, amiSecret: 'own-secret' })
    expect(settings.servers()).toEqual([{ id: '1', name: 'pbx.office' }])
    const told: string[] = []
    settings.onChange((connection, server) => told.push(`${server} ${connection?.account.host} ${connection?.account.secret}`))
    expect(await settings.add({ ...kazan, name: 'Казань', amiSecret: 'kazan-secret' })).toBe('2')
    await settings.save({ ...own, name: 'Москва', amiSecret: null })
    await settings.save({ ...kazan, server: '2', sipDomain: 'kazan', amiSecret: null })
    expect(told).toEqual(['2 kazan.office kazan-secret', '1 pbx.office own-secret', '2 kazan.office kazan-secret'])

    const later = await startConnection()
    expect(later.servers()).toEqual([
      { id: '1', name: 'Москва' },
      { id: '2', name: 'Казань' },
    ])
    expect(later.current('2')).toMatchObject({ connection: { sipDomain: 'kazan' }, account: { secret: 'kazan-secret' } })
    expect(later.socketUrls()).toEqual(['wss://pbx.office/ws', 'wss://kazan.office/ws'])
    expect(JSON.stringify(later.others())).not.toContain('secret')

    expect(later.removed()).toEqual([])
    await later.remove('2')
    expect(later.removed()).toEqual(['2'])
    expect(later.current('2')).toBeNull()
    expect([later.nameOf('2'), later.nameOf('9'), (await startConnection()).nameOf('2')]).toEqual(['Казань', '9', 'Казань'])
    expect(await later.add({ ...kazan, amiSecret: 'x' })).toBe('3')
    expect((await startConnection()).servers()).toEqual([
      { id: '1', name: 'Москва' },
      { id: '3', name: 'kazan.office' },
    ])
  })

  it('stay when the first is removed', async () => {
    const settings = await startConnection()
    await settings.save({ ...own, amiSecret: 'own-secret' })
    await settings.add({ ...kazan, amiSecret: 'x' })
    await settings.remove()
    expect((await startConnection()).servers()).toEqual([{ id: '2', name: 'kazan.office' }])
    expect((await startConnection()).removed()).toEqual(['1'])
  })

  it('were never there where an only one is not set', async () => {
    const settings = await startConnection()
    expect(settings.removed()).toEqual([])
    await settings.save({ ...own, amiSecret: 'own-secret' })
    await settings.remove()
    expect(settings.removed()).toEqual([])
  })

  it('are no second link to the demo PBX, whatever this machine is called', async () => {
    const settings = await startConnection(demo)
    await settings.save({ ...own, amiSecret: 'own-secret' })
    await settings.add({ ...own, host: 'localhost', amiPort: demo.amiPort, amiSecret: 'x' })
    const twice = { fields: { host: 'sameServer' } }
    const again = { ...own, host: '127.0.0.1', amiPort: demo.amiPort, amiSecret: 'x' }
    await expect(settings.add(again)).rejects.toMatchObject(twice)
    await expect(settings.add({ ...again, host: '[::1]' })).rejects.toMatchObject(twice)
    await settings.remove()
    expect([settings.current(), settings.demo(), (await startConnection(demo)).current()]).toEqual([null, null, null])
    // Free again, it is what is left.
    const told: string[] = []
    settings.onChange((connection, server) => told.push(`${server} ${connection?.source ?? 'gone'}`))
    await settings.remove('2')
    expect(told).toEqual(['2 gone', '1 demo'])
  })

  it('are not lost when two are added at once', async () => {
    const settings = await startConnection()
    const adding = [kazan, { ...kazan, host: 'omsk.office' }].map((server) => settings.add({ ...server, amiSecret: 'x' }))
    expect(await Promise.all(adding)).toEqual(['2', '3'])
    expect((await startConnection()).servers()).toHaveLength(2)
  })

  it('are no Asterisk that is there already, and need their own secret', async () => {
    const settings = await startConnection()
    await settings.save({ ...own, amiSecret: 'own-secret' })
    const twice = { code: 'invalidInput', fields: { host: 'sameServer' } }
    await expect(settings.add({ ...own, host: 'PBX.office', amiSecret: 'x' })).rejects.toMatchObject(twice)
    await expect(settings.add({ ...kazan, amiSecret: null })).rejects.toMatchObject({ fields: { amiSecret: 'required' } })
    await settings.add({ ...kazan, amiSecret: 'x' })
    await expect(settings.save({ ...own, server: '2', amiSecret: 'x' })).rejects.toMatchObject(twice)
    await expect(settings.save({ ...kazan, server: '7', amiSecret: 'x' })).rejects.toMatchObject({ code: 'notFound' })
    await expect(settings.remove('7')).rejects.toMatchObject({ code: 'notFound' })
    expect(() => settings.accountFor({ ...kazan, server: 'new', amiSecret: null })).toThrow(
      expect.objectContaining({ fields: { amiSecret: 'required' } }),
    )
    expect(settings.servers()).toHaveLength(2)
  })
})

it('calls a queue of a further server by its number and that server until it is named', async () => {
  let city = 'Казань'
  let renamed: () => void = () => undefined
  const servers = {
    nameOf: (server: string) => (server === '2' ? city : server),
    onChange: (listener: () => void) => {
      renamed = listener
      return () => {
        renamed = () => undefined
      }
    },
  }
  const names = new StoredQueueNames({ db: store.db, clock, servers })
  await names.start()
  const told: string[] = []
  const stop = names.onChange(() => told.push(names.name('702~2')))
  city = 'Пермь'
  renamed()
  stop()
  renamed()
  expect(told).toEqual(['702 · Пермь'])
  city = 'Казань'
  expect(names.name('701~2')).toBe('701 · Казань')
  expect(names.name('701')).toBe('701')
  await names.set({ number: '701~2', name: 'Продажи' })
  expect([names.name('701~2'), names.name('701')]).toEqual(['Продажи', '701'])
})
