import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { ExtensionTime, UserDirectory } from '../accounts/user-directory.ts'
import { ManualClock } from '../clock.ts'
import type { Role, User } from '../contract/index.ts'
import { MissedWatch } from '../reports/index.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import { testDatabase } from '../store/fixture.ts'
import { type Db, Store } from '../store/index.ts'
import { FakeTelephony } from '../telephony/fake-telephony.ts'
import type { PbxCall, PbxLeg, PbxQueue } from '../telephony/pbx-state.ts'
import { type Calls, createCalls, type EndedCall, type RecordedCall } from './index.ts'
import { phoneKey } from './phone-numbers.ts'

/** For tests: the calls domain on a real database in a temporary folder, with a scripted Asterisk and a clock that is moved by hand. */

export const person = (id: string, extension: string | null, role: Role = 'operator'): User => ({
  id,
  email: `${id}@test.callsync`,
  name: id.charAt(0).toUpperCase() + id.slice(1),
  role,
  extension,
  active: true,
})

export const anna = person('anna', '1001')
export const boris = person('boris', '1002')
export const galina = person('galina', '1004', 'supervisor')

/** People who can be changed while others look. */
export class FakeUsers implements UserDirectory {
  #users: readonly User[]
  readonly #times = new Map<string, readonly ExtensionTime[]>()
  readonly #listeners = new Set<() => void>()

  constructor(users: readonly User[] = [anna, boris, galina]) {
    this.#users = users
  }

  all = (): readonly User[] => this.#users
  byId = (id: string): User | null => this.#users.find((user) => user.id === id) ?? null
  byExtension = (extension: string): User | null =>
    this.#users.find((user) => user.active && user.extension === extension) ?? null

  /** Everybody's extension was always theirs, but for those told otherwise. */
  extensionTimes = (userId: string): readonly ExtensionTime[] => {
    const extension = this.byId(userId)?.extension ?? null
    return this.#times.get(userId) ?? (extension === null ? [] : [{ extension, fromMs: 0, toMs: null }])
  }

  setExtensionTimes(userId: string, times: readonly ExtensionTime[]): void {
    this.#times.set(userId, times)
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  set(users: readonly User[]): void {
    this.#users = users
    for (const listener of this.#listeners) listener()
  }
}

export class FakeQueueNames implements QueueNames {
  readonly #names = new Map([['701', 'Sales']])
  readonly #listeners = new Set<() => void>()

  name = (number: string): string => this.#names.get(number) ?? number
  all = () => [...this.#names].map(([number, name]) => ({ number, name }))

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  set(number: string, name: string): void {
    this.#names.set(number, name)
    for (const listener of this.#listeners) listener()
  }
}

export const legOf = (uniqueid: string, endpoint: string, more: Partial<PbxLeg> = {}): PbxLeg => ({
  uniqueid,
  channel: `PJSIP/${endpoint}-${uniqueid}`,
  endpoint,
  role: 'callee',
  state: 'ringing',
  startedAtMs: 0,
  answeredAtMs: null,
  ...more,
})

export const callOf = (id: string, legs: readonly PbxLeg[], more: Partial<PbxCall> = {}): PbxCall => ({
  id,
  direction: 'inbound',
  number: '+79160000101',
  callerName: '',
  queue: '701',
  queuedAtMs: 0,
  startedAtMs: 0,
  answeredAtMs: null,
  state: 'ringing',
  legs,
  conference: null,
  participants: [],
  recording: 'none',
  awaits: null,
  spies: [],
  ...more,
})

/** As the ledger closes one nobody answered. */
export const endedCall = (more: Partial<EndedCall> = {}): EndedCall => ({
  id: '1.0',
  direction: 'inbound',
  number: '+79160000101',
  phone_key: phoneKey(more.number ?? '+79160000101'),
  queue_number: '701',
  started_at_ms: 0,
  queued_at_ms: 0,
  answered_at_ms: null,
  ended_at_ms: 0,
  end_unseen: 0,
  operator_id: null,
  operator_name: null,
  ...more,
})

export const queueOf = (name: string, endpoints: readonly string[]): PbxQueue => ({
  name,
  waiting: [],
  members: new Map(
    endpoints.map((endpoint) => [
      endpoint,
      {
        endpoint,
        interface: `PJSIP/${endpoint}`,
        paused: false,
        pauseReason: '',
        pausedSinceMs: null,
        deviceState: 1,
        penalty: 0,
        fixed: true,
      },
    ]),
  ),
})

export interface CallsRig {
  readonly store: Store
  readonly clock: ManualClock
  readonly telephony: FakeTelephony
  readonly users: FakeUsers
  readonly queueNames: FakeQueueNames
  /** What the PBX's record has of calls, by their ids. */
  readonly recorded: Map<string, RecordedCall>
  readonly record: { read: (callId: string) => Promise<RecordedCall | null> }
  calls: Calls
  /** Everything told so far has been dealt with. */
  settle(): Promise<void>
  /** The server ends without a word and starts again on the same database; Asterisk's state is not known yet. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** `through`: what the calls have of the database. */
export async function openCallsRig(through: (db: Db) => Db = (db) => db): Promise<CallsRig> {
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-calls-'))
  const clock = new ManualClock()
  const store = new Store({ dataDir, ...(await testDatabase(dataDir)), clock })
  await store.start()
  const [db, eventDb] = [through(store.db), through(store.eventDb)]
  const users = new FakeUsers()
  const queueNames = new FakeQueueNames()
  const logger = pino({ level: 'silent' })
  const telephony = new FakeTelephony()
  const recorded = new Map<string, RecordedCall>()
  const record: CallsRig['record'] = { read: async (callId) => recorded.get(callId) ?? null }
  const build = (on: FakeTelephony) => {
    const misses = new MissedWatch({ clock, telephony: on, users, rules: () => [] })
    misses.start()
    return createCalls({
      ...{ db, eventDb, searchDb: db, clock, telephony: on, users, queueNames, misses, record, logger },
      timeZone: 'UTC',
    })
  }
  const rig = {
    store,
    clock,
    telephony,
    users,
    queueNames,
    recorded,
    record,
    calls: build(telephony),
    settle: async () => {
      for (let round = 0; round < 3; round++) await rig.calls.idle()
    },
    restart: async () => {
      await rig.calls.stop()
      rig.telephony = new FakeTelephony()
      rig.calls = build(rig.telephony)
      await rig.calls.start()
    },
    close: async () => {
      await rig.calls.stop()
      await store.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  await rig.calls.start()
  return rig
}
