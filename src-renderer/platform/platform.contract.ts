import type { DeskState, DraftRow, OutboxRow } from '../../src-preload/contract/index.ts'
import type { Platform } from './platform.ts'

/** What the contract needs of a host: fresh storage, opened as often as the program starts. */
export interface ContractHost {
  /** Starts the program; a second call is a restart on the same storage. */
  open(): Promise<Platform>
}

export interface ContractCase {
  readonly name: string
  run(host: ContractHost): Promise<void>
}

const anna = 'anna'
const draft = (over: Partial<DraftRow> = {}): DraftRow => ({
  cardId: 'main:1.1',
  userId: anna,
  baseVersion: 1,
  changes: { notes: 'перезвонить', callBack: true, categoryId: null },
  updatedAtMs: 1_000,
  ...over,
})
const ids = [
  '9b2f3a54-7c57-4d0c-8a5e-2f0d8f1f0c01',
  '1c0d4a9e-52f1-4c7e-9d53-6f1a0b7e0c02',
  '5e7a1b2c-3d4e-4f5a-8b6c-7d8e9f0a0c03',
] as const
const outboxRow = (id: string, over: Partial<OutboxRow> = {}): OutboxRow => ({
  id,
  userId: anna,
  lane: 'main:1.1',
  kind: 'card.save',
  payload: { cardId: 'main:1.1', baseVersion: 1, changes: { notes: 'перезвонить' } },
  createdAtMs: 2_000,
  attempts: 0,
  nextAtMs: 2_000,
  lastError: null,
  ...over,
})

const deskState = (unsent: number): DeskState => ({
  language: 'ru',
  dark: false,
  person: { name: 'Анна Ковалёва', status: 'available', pauseReason: null },
  pauseReasons: [{ code: 'lunch', name: 'Обед' }],
  microphones: [],
  call: null,
  unsent,
  unkept: false,
})

/** What every host promises. Plain functions, so that they run under vitest and inside a page alike. */
export const platformContract: readonly ContractCase[] = [
  {
    name: 'a draft comes back as it was put, the last one wins, a restart changes nothing',
    async run(host) {
      const { drafts } = await host.open()
      await drafts.put(draft())
      await drafts.put(draft({ changes: { notes: 'позже', satisfaction: 5 }, updatedAtMs: 1_300 }))
      const expected = draft({ changes: { notes: 'позже', satisfaction: 5 }, updatedAtMs: 1_300 })
      same(await drafts.get(draft()), expected)
      const again = await host.open()
      same(await again.drafts.get(draft()), expected)
      same(await again.drafts.list({ userId: anna }), [expected])
    },
  },
  {
    name: 'people who share a computer do not see each other’s drafts and outbox',
    async run(host) {
      const { drafts } = await host.open()
      await drafts.put(draft())
      await drafts.put(draft({ userId: 'boris', changes: { notes: 'Борис' } }))
      await drafts.promote(outboxRow(ids[0]))
      same(await drafts.get({ userId: 'vera', cardId: 'main:1.1' }), null)
      same((await drafts.list({ userId: 'boris' })).length, 1)
      same(await drafts.outbox({ userId: 'boris' }), [])
    },
  },
  {
    name: 'a removed draft is gone; removing what is not there is no error',
    async run(host) {
      const { drafts } = await host.open()
      await drafts.put(draft())
      await drafts.put(draft({ cardId: 'main:2.2' }))
      await drafts.remove(draft())
      await drafts.remove(draft())
      same(await drafts.get(draft()), null)
      same((await drafts.list({ userId: anna })).length, 1)
    },
  },
  {
    name: 'promotion turns the draft of its card into an outbox row, and no other draft',
    async run(host) {
      const { drafts } = await host.open()
      await drafts.put(draft())
      await drafts.put(draft({ cardId: 'main:2.2' }))
      await drafts.put(draft({ userId: 'boris' }))
      await drafts.promote(outboxRow(ids[0]))
      const again = (await host.open()).drafts
      same(await again.get(draft()), null)
      same(await again.outbox({ userId: anna }), [outboxRow(ids[0])])
      same((await again.list({ userId: anna })).length, 1)
      same((await again.list({ userId: 'boris' })).length, 1)
    },
  },
  {
    name: 'promoting the same key again adds no second row and changes nothing of the first',
    async run(host) {
      const { drafts } = await host.open()
      await drafts.promote(outboxRow(ids[0]))
      await drafts.retryLater({ id: ids[0], nextAtMs: 9_000, lastError: 'offline' })
      await drafts.promote(outboxRow(ids[0]))
      same(await drafts.outbox({ userId: anna }), [outboxRow(ids[0], { attempts: 1, nextAtMs: 9_000, lastError: 'offline' })])
    },
  },
  {
    name: 'the outbox keeps the order of promotion, through retries and restarts',
    async run(host) {
      const { drafts } = await host.open()
      // Neither the keys nor the times of the rows are in order.
      await drafts.promote(outboxRow(ids[0], { createdAtMs: 5_000 }))
      await drafts.promote(outboxRow(ids[1], { createdAtMs: 4_000 }))
      await drafts.promote(outboxRow(ids[2], { createdAtMs: 6_000 }))
      await drafts.retryLater({ id: ids[0], nextAtMs: 9_000, lastError: 'offline' })
      const again = (await host.open()).drafts
      same(
        (await again.outbox({ userId: anna })).map(({ id }) => id),
        [...ids],
      )
      await again.done({ id: ids[1] })
      same(
        (await again.outbox({ userId: anna })).map(({ id }) => id),
        [ids[0], ids[2]],
      )
    },
  },
  {
    name: 'a retry counts; an unknown key changes nothing',
    async run(host) {
      const { drafts } = await host.open()
      await drafts.promote(outboxRow(ids[0]))
      await drafts.retryLater({ id: ids[0], nextAtMs: 3_000, lastError: 'a' })
      await drafts.retryLater({ id: ids[0], nextAtMs: 4_000, lastError: 'b' })
      await drafts.retryLater({ id: ids[1], nextAtMs: 5_000, lastError: 'c' })
      await drafts.done({ id: ids[1] })
      same(await drafts.outbox({ userId: anna }), [outboxRow(ids[0], { attempts: 2, nextAtMs: 4_000, lastError: 'b' })])
    },
  },
  {
    name: 'a draft typed after the promotion stands beside the outbox row',
    async run(host) {
      const { drafts } = await host.open()
      await drafts.put(draft())
      await drafts.promote(outboxRow(ids[0]))
      await drafts.put(draft({ baseVersion: 2, changes: { notes: 'ещё' } }))
      same(await drafts.get(draft()), draft({ baseVersion: 2, changes: { notes: 'ещё' } }))
      same((await drafts.outbox({ userId: anna })).length, 1)
    },
  },
  {
    name: 'writes at once all arrive; of one draft the last one asked for wins',
    async run(host) {
      const { drafts } = await host.open()
      await Promise.all(Array.from({ length: 50 }, (_, i) => drafts.put(draft({ updatedAtMs: i }))))
      await Promise.all(ids.map((id) => drafts.promote(outboxRow(id, { userId: 'boris' }))))
      same((await drafts.get(draft()))?.updatedAtMs, 49)
      same((await drafts.outbox({ userId: 'boris' })).length, 3)
    },
  },
  {
    name: 'what was handed out is a copy',
    async run(host) {
      const { drafts } = await host.open()
      const put = draft({ changes: { notes: 'a' } })
      await drafts.put(put)
      put.changes['notes'] = 'b'
      const got = await drafts.get(draft())
      if (got) got.changes['notes'] = 'c'
      same((await drafts.get(draft()))?.changes, { notes: 'a' })
    },
  },
  {
    name: 'a wipe takes everything of one person and nothing of another',
    async run(host) {
      const { drafts } = await host.open()
      await drafts.put(draft({ cardId: 'main:2.2' }))
      await drafts.promote(outboxRow(ids[0]))
      await drafts.put(draft({ userId: 'boris' }))
      await drafts.promote(outboxRow(ids[1], { userId: 'boris' }))
      await drafts.wipe({ userId: anna })
      const again = (await host.open()).drafts
      same([await again.list({ userId: anna }), await again.outbox({ userId: anna })], [[], []])
      same((await again.list({ userId: 'boris' })).length, 0)
      same((await again.outbox({ userId: 'boris' })).length, 1)
    },
  },
  {
    name: 'a healthy store has nothing to tell',
    async run(host) {
      const { drafts } = await host.open()
      same(await drafts.state(), { notice: null, rowsSetAside: 0, damagedFiles: 0 })
    },
  },
  {
    name: 'secrets are kept over a restart where the host has a store, and honestly absent where not',
    async run(host) {
      const { secrets, capabilities } = await host.open()
      await secrets.set('sessionToken', 'token')
      const again = await host.open()
      same(await again.secrets.get('sessionToken'), capabilities.secretStore ? 'token' : null)
      same(await again.secrets.state(), capabilities.secretStore ? 'stored' : 'unavailable')
      await again.secrets.set('sessionToken', null)
      same(await again.secrets.get('sessionToken'), null)
    },
  },
  {
    name: 'the latest state the workplace published is there to read, where something shows it',
    async run(host) {
      const { desk, capabilities } = await host.open()
      same(await desk.state(), null)
      await desk.publish(deskState(1))
      await desk.publish(deskState(2))
      same((await desk.state())?.unsent ?? null, capabilities.desk ? 2 : null)
    },
  },
  {
    name: 'settings of this computer survive a restart, and a host without them refuses to lose them',
    async run(host) {
      const { settings, capabilities } = await host.open()
      if (!capabilities.desktopSettings) {
        await refused(settings.get())
        await refused(settings.set({ launchAtLogin: true, closeToTray: false, showIsland: false, shortcuts: {} }))
        same(await settings.shortcuts(), [])
        return
      }
      const chosen = { ...(await settings.get()), closeToTray: false, showIsland: false }
      await settings.set(chosen)
      same(await (await host.open()).settings.get(), chosen)
    },
  },
  {
    name: 'numbers from outside are taken once; a host without them has none',
    async run(host) {
      const { dialRequests } = await host.open()
      same(await dialRequests.take(), [])
    },
  },
  {
    name: 'an address that is none is told as such, or not asked for at all',
    async run(host) {
      const { server, capabilities } = await host.open()
      if (!capabilities.serverChoice) return refused(server.check('https://callsync.example.com'))
      same((await server.check('not an address')).result, 'invalid')
    },
  },
  {
    name: 'the server’s address can be put before a path',
    async run(host) {
      const { serverUrl } = await host.open()
      same(serverUrl.endsWith('/'), false)
    },
  },
]

async function refused(asked: Promise<unknown>): Promise<void> {
  const outcome = await asked.then(
    () => 'done',
    () => 'refused',
  )
  same(outcome, 'refused')
}

/** Both as JSON with sorted keys: storages may give fields in another order. */
function same(actual: unknown, expected: unknown): void {
  const left = canonical(actual)
  const right = canonical(expected)
  if (left !== right) throw new Error(`expected ${right}, got ${left}`)
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? 'undefined'
