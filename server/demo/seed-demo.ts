import type { UserDirectory } from '../accounts/user-directory.ts'
import { addCustomers, type CardRecord, insertClosedCard, phoneKey } from '../calls/index.ts'
import type { Clock } from '../clock.ts'
import type { Role, User } from '../contract/index.ts'
import type { Db } from '../store/index.ts'
import { demoCustomers } from './demo-customers.ts'
import { type DemoCall, demoHistory, demoHistoryFromMs } from './demo-history.ts'
import { demoPassword, demoPeople, demoQueues } from './demo-people.ts'
import { writeDemoRecord } from './demo-record.ts'

/** A person to add, as accounts takes it. */
export interface NewDemoPerson {
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly password: string
  readonly extension: string | null
  readonly sipPassword: string | null
  /** Since when the extension is theirs. */
  readonly heldSinceMs: number
}

export interface SeedDemoDeps {
  readonly db: Db
  readonly clock: Clock
  readonly users: Pick<UserDirectory, 'all'> & { create(person: NewDemoPerson): Promise<User> }
  readonly queueNames: { set(queue: { number: string; name: string }): Promise<void> }
  /** The demo PBX's own description: its extensions with their SIP passwords. Null: no phones. */
  readonly pbx: { readonly extensions: readonly { readonly extension: string; readonly sipPassword: string }[] } | null
  /** Where what the PBX would have logged of the past is written; null: nowhere. */
  readonly recordFolder: string | null
}

/**
 * Fills an empty database with people, queues, customers and three weeks of calls. False, and nothing done, when anybody
 * else's data is there. Interrupted, it goes on at the next start: customers and history come last and all at once.
 */
export async function seedDemo(deps: SeedDemoDeps): Promise<boolean> {
  if (!(await isEmpty(deps))) return false
  const nowMs = deps.clock.nowMs()
  // Its past is their own: each one's report has it.
  const heldSinceMs = demoHistoryFromMs(nowMs)
  for (const person of demoPeople) {
    if (deps.users.all().some((user) => user.email === person.email)) continue
    const account = deps.pbx?.extensions.find(({ extension }) => extension === person.extension)
    await deps.users.create({ ...person, password: demoPassword, sipPassword: account?.sipPassword ?? null, heldSinceMs })
  }
  for (const queue of demoQueues) await deps.queueNames.set(queue)
  const operators = demoPeople.flatMap((person) => {
    const user = person.role === 'operator' ? deps.users.all().find((each) => each.email === person.email) : undefined
    return user ?? []
  })
  const calls = demoHistory({ nowMs, operators })
  if (deps.recordFolder !== null) await writeDemoRecord(deps.recordFolder, calls, nowMs)
  await deps.db.transaction().execute(async (tx) => {
    const createdAtMs = calls[0]?.startedAtMs ?? nowMs
    await addCustomers(
      tx,
      demoCustomers.map((customer) => ({ ...customer, createdAtMs })),
    )
    for (const call of calls) await insertCall(tx, call)
  })
  return true
}

async function isEmpty({ db, users }: SeedDemoDeps): Promise<boolean> {
  const strangers = users.all().filter((user) => !demoPeople.some((person) => person.email === user.email))
  if (strangers.length > 0) return false
  for (const table of ['customers', 'cards', 'calls'] as const) {
    if (await db.selectFrom(table).select('id').limit(1).executeTakeFirst()) return false
  }
  return true
}

async function insertCall(tx: Db, call: DemoCall): Promise<void> {
  const number = call.customer.phones[0] ?? ''
  await tx
    .insertInto('calls')
    .values({
      id: call.id,
      direction: call.direction,
      number,
      phone_key: phoneKey(number),
      queue_number: call.queue,
      started_at_ms: call.startedAtMs,
      queued_at_ms: call.queue === null ? null : call.startedAtMs,
      answered_at_ms: call.answeredAtMs,
      ended_at_ms: call.endedAtMs,
      end_unseen: 0,
      operator_id: call.operator?.id ?? null,
      operator_name: call.operator?.name ?? null,
    })
    .execute()
  for (const [index, operator] of call.rangAt.entries()) {
    const record = cardOf(call, operator, index)
    await insertClosedCard(tx, { record, customerName: call.customer.name, callBackDoneAtMs: call.callBackDoneAtMs })
  }
}

function cardOf(call: DemoCall, operator: User, index: number): CardRecord {
  return {
    id: `demo:${call.id}.${index}`,
    callId: call.id,
    legId: `${call.id}.${index}`,
    operatorId: operator.id,
    operatorName: operator.name,
    direction: call.direction,
    state: call.answeredAtMs === null ? 'missed' : 'saved',
    number: call.customer.phones[0] ?? '',
    callerName: '',
    queueNumber: call.queue,
    queuedAtMs: call.queue === null ? null : call.startedAtMs,
    ringingAtMs: call.ringingAtMs,
    answeredAtMs: call.answeredAtMs,
    endedAtMs: call.endedAtMs,
    wrapUpEndsAtMs: null,
    wrapUpStoppedAtMs: null,
    wrapUpStoppedMs: 0,
    extensions: 0,
    savedAtMs: call.answeredAtMs === null ? null : call.savedAtMs,
    version: 4,
    fields: call.fields,
    stamps: {},
    customerId: call.customer.id,
    customerSource: 'number',
    handover: null,
    wrapUpMs: call.answeredAtMs === null ? null : call.savedAtMs - call.endedAtMs,
    incomplete: false,
    ringCancelled: false,
  }
}
