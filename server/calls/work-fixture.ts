import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach } from 'vitest'
import type { User } from '../contract/index.ts'
import { anna, boris, type CallsRig, callOf, endedCall, galina, legOf, openCallsRig, person, queueOf } from './fixture.ts'
import type { WorkPage } from './work-page.ts'

/** For tests of what is left to do after calls: three operators and a supervisor, and callers whom they reach or miss. */

export const vera = person('vera', '1003')
export const number = '+79160000101'
export const task = { number, reason: 'Счёт', dueAtMs: null, remindBeforeMs: 0, queueNumber: null, missedCallId: null }
export const shared = { ...task, queueNumber: '701' }

export type NewCallBack = Parameters<CallsRig['calls']['callBacks']['create']>[1]

/** Every entry of a list in the order of its pages, and what each page says there is in all. */
export async function pagesOf(list: (page: { after?: string }) => Promise<WorkPage<{ id: string }>>) {
  const [ids, totals]: [string[], (number | null)[]] = [[], []]
  for (let after: string | null | undefined; after !== null; ) {
    const page = await list(after === undefined ? {} : { after })
    ids.push(...page.entries.map(({ id }) => id))
    totals.push(page.total)
    after = page.next
  }
  return { ids, totals }
}

/** Opened anew for each test. */
export function workForTests() {
  let opened: CallsRig | null = null
  const rig = (): CallsRig => {
    if (opened === null) throw new Error('no test runs')
    return opened
  }
  beforeEach(async () => {
    const made = await openCallsRig()
    opened = made
    made.users.set([anna, boris, vera, galina])
    for (const user of [anna, boris, vera, galina])
      await made.store.db
        .insertInto('users')
        .values({
          id: user.id,
          email: user.email,
          name: user.name,
          role: user.role,
          extension: user.extension,
          active: 1,
          password_hash: '',
          created_at_ms: 0,
          updated_at_ms: 0,
        })
        .execute()
    // Anna and Boris answer 701, Vera 702.
    made.telephony.setQueue(queueOf('701', ['1001', '1002']))
    made.telephony.setQueue(queueOf('702', ['1003']))
  })
  afterEach(() => rig().close())

  const open = async (user: User) => (await rig().calls.callBacks.list(user, { status: 'open', limit: 50 })).entries
  const done = async (user: User) => (await rig().calls.callBacks.list(user, { status: 'done', limit: 50 })).entries
  const missedOf = async (user: User, status: 'open' | 'done' = 'open') =>
    (await rig().calls.missedCalls.list(user, { status, limit: 50 })).entries
  const create = (user: User, request: Omit<NewCallBack, 'idempotencyKey'>) =>
    rig().calls.callBacks.create(user, { idempotencyKey: randomUUID(), ...request })

  let calls = 10
  /** An own call to the number; `talkMs` null: nobody answers. */
  async function dial(extension: string, talkMs: number | null, to = number): Promise<void> {
    const id = `${calls++}.0`
    const leg = { role: 'caller', state: 'dialing', startedAtMs: rig().clock.nowMs() } as const
    const call = { direction: 'outbound', queue: null, number: to } as const
    rig().telephony.setCall(callOf(id, [legOf(id, extension, leg)], call))
    await rig().settle()
    if (talkMs !== null) {
      const answeredAtMs = rig().clock.nowMs()
      rig().telephony.setCall(
        callOf(id, [legOf(id, extension, { ...leg, state: 'up', answeredAtMs })], { ...call, answeredAtMs }),
      )
      await rig().settle()
    }
    rig().clock.advance(talkMs ?? 1_000)
    rig().telephony.endCall(id)
    await rig().settle()
  }

  /** A caller nobody answers, as the ledger closes the call. */
  async function miss(more: { from?: string; queue?: string | null; waitMs?: number; id?: string } = {}): Promise<void> {
    const { from = number, queue = '701', waitMs = 20_000, id = `${calls++}.0` } = more
    const startedAtMs = rig().clock.nowMs()
    rig().clock.advance(waitMs)
    const queued = { queue_number: queue, queued_at_ms: queue === null ? null : startedAtMs }
    rig().calls.callEnded(
      endedCall({ id, number: from, ...queued, started_at_ms: startedAtMs, ended_at_ms: rig().clock.nowMs() }),
      'asterisk',
    )
    await rig().settle()
  }

  /** A customer's call that an operator takes. */
  async function reach(extension: string, talkMs = 30_000, from = number): Promise<void> {
    const id = `${calls++}.0`
    const answeredAtMs = rig().clock.nowMs()
    const leg = legOf(`${id}1`, extension, { state: 'up', startedAtMs: answeredAtMs, answeredAtMs })
    rig().telephony.setCall(callOf(id, [leg], { number: from, answeredAtMs }))
    await rig().settle()
    rig().clock.advance(talkMs)
    rig().telephony.endCall(id)
    await rig().settle()
  }

  return { rig, open, done, missedOf, create, dial, miss, reach }
}
