import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Direction } from '../contract/index.ts'
import { anna, boris, type CallsRig, galina, openCallsRig } from './fixture.ts'
import { addCustomers, type CardRecord, insertClosedCard } from './index.ts'

let rig: CallsRig
beforeEach(async () => {
  rig = await openCallsRig()
})
afterEach(() => rig.close())

const minute = 60_000
let made = 0
interface Past {
  readonly operator?: typeof anna
  readonly direction?: Direction
  /** Minutes talked; null: nobody answered. */
  readonly talk?: number | null
  readonly wrapUp?: number
  readonly satisfaction?: number | null
  readonly atMs?: number
  readonly callId?: string
  readonly number?: string
  readonly customerId?: string | null
}

/** A finished card, today at noon unless said otherwise. */
async function past(of: Past = {}): Promise<string> {
  const { operator = anna, direction = 'inbound', talk = 1, wrapUp = 0, satisfaction = null } = of
  const ringingAtMs = of.atMs ?? rig.clock.nowMs() + 12 * 60 * minute
  const id = `main:${++made}`
  const endedAtMs = ringingAtMs + (talk ?? 1) * minute
  const record: CardRecord = {
    id,
    callId: of.callId ?? `${made}.0`,
    legId: `${made}.1`,
    operatorId: operator.id,
    operatorName: operator.name,
    direction,
    state: talk === null ? 'missed' : 'saved',
    number: of.number ?? '+79160000101',
    callerName: '',
    queueNumber: '701',
    queuedAtMs: ringingAtMs,
    ringingAtMs,
    answeredAtMs: talk === null ? null : ringingAtMs,
    endedAtMs,
    wrapUpEndsAtMs: null,
    wrapUpStoppedAtMs: null,
    wrapUpStoppedMs: 0,
    extensions: 0,
    savedAtMs: talk === null ? null : endedAtMs + wrapUp * minute,
    version: 1,
    fields: {
      categoryId: null,
      description: '',
      resultId: null,
      satisfaction,
      notes: '',
      callBack: false,
      callBackAtMs: null,
      extra: {},
    },
    stamps: {},
    customerId: of.customerId ?? null,
    customerSource: 'number',
    handover: null,
    wrapUpMs: talk === null ? null : wrapUp * minute,
    incomplete: false,
  }
  await insertClosedCard(rig.store.db, { record, customerName: null, callBackDoneAtMs: null })
  return id
}

describe('the day', () => {
  it('counts today’s calls with customers, the own ones and the mean of those who worked', async () => {
    await past({ talk: 2, wrapUp: 1, satisfaction: 5 })
    await past({ talk: 4, wrapUp: 0.5, satisfaction: 2 })
    await past({ talk: 6, direction: 'outbound' })
    await past({ talk: null })
    await past({ talk: null, direction: 'outbound' })
    await past({ talk: 50, direction: 'internal' })
    await past({ talk: 50, atMs: rig.clock.nowMs() - 1 })
    await past({ operator: boris, talk: 12 })
    const day = await rig.calls.day.read(anna)
    expect(day).toMatchObject({
      fromMs: rig.clock.nowMs(),
      toMs: rig.clock.nowMs() + 1440 * minute,
      teamSize: 2,
      rated: 2,
      rateable: 3,
    })
    expect(day.own).toEqual({
      taken: 2,
      outgoing: 1,
      missed: 1,
      averageTalkMs: 4 * minute,
      averageWrapUpMs: minute / 2,
      satisfaction: 0.5,
    })
    expect(day.team).toMatchObject({ taken: 1.5, outgoing: 0.5, missed: 0.5, averageTalkMs: 6 * minute })
    // What a figure counts is what it opens.
    const shown = async (filter: object) =>
      (await rig.calls.history.page(anna, { limit: 50, period: 'today', ...filter })).cards.length
    expect(await shown({ direction: 'inbound', outcome: 'answered' })).toBe(day.own.taken)
    expect(await shown({ direction: 'outbound', outcome: 'answered' })).toBe(day.own.outgoing)
    expect(await shown({ outcome: 'missed' })).toBe(day.own.missed)
    expect(await shown({ direction: 'external', outcome: 'rated' })).toBe(day.rated)
  })

  it('has no averages of nothing, and a supervisor is none of the team', async () => {
    expect((await rig.calls.day.read(anna)).own).toMatchObject({ averageTalkMs: null, satisfaction: null })
    await past({ operator: galina, talk: 3 })
    rig.clock.advance(11_000)
    expect(await rig.calls.day.read(galina)).toMatchObject({ own: { taken: 1 }, team: { taken: null }, teamSize: 0 })
  })
})

describe('the page of a call', () => {
  it('tells what happened in order, on every phone', async () => {
    const atMs = rig.clock.nowMs()
    const id = await past({ atMs: atMs + 5_000, callId: '7.0' })
    await past({ atMs: atMs + 2_000, callId: '7.0', operator: boris, talk: null })
    await rig.store.db
      .insertInto('calls')
      .values({
        id: '7.0',
        direction: 'inbound',
        number: '',
        phone_key: '',
        queue_number: '701',
        started_at_ms: atMs,
        queued_at_ms: atMs + 1_000,
        answered_at_ms: atMs + 5_000,
        ended_at_ms: atMs + 65_000,
        end_unseen: 0,
      })
      .execute()
    const page = await rig.calls.pages.read(anna, id)
    expect(page).toMatchObject({ mayEdit: true, mayListen: true, card: { id, operatorName: 'Anna' } })
    expect(page.recordingIds).toContain('7.0')
    expect(page.timeline.map(({ kind, operatorName }) => [kind, operatorName].filter(Boolean).join(' '))).toEqual([
      'started',
      'queued',
      'rang Boris',
      'rang Anna',
      'answered Anna',
      'notTaken Boris',
      'left Anna',
      'ended',
      'saved Anna',
    ])
  })

  it('of a colleague is read by those who have had this customer, without the recording; by supervisors with it', async () => {
    const ivan = { id: 'c1', name: 'Ivan', phones: ['+79160000101'], address: '', notes: '', tag: null, createdAtMs: 0 }
    await addCustomers(rig.store.db, [ivan])
    const id = await past({ operator: boris, customerId: 'c1' })
    const read = (user: typeof anna) => rig.calls.pages.read(user, id)
    await expect(read(anna)).rejects.toMatchObject({ code: 'notFound' })
    await expect(rig.calls.pages.read(anna, 'main:none')).rejects.toMatchObject({ code: 'notFound' })
    expect(await read(galina)).toMatchObject({ mayListen: true, mayEdit: false })
    await past({ number: '+79990000000', customerId: 'c1' })
    expect(await read(anna)).toMatchObject({ mayListen: false, mayEdit: false, card: { customer: { name: 'Ivan' } } })
  })

  it('says which part is the operator’s to hear: the whole call only where nobody else could have been in it', async () => {
    const atMs = rig.clock.nowMs()
    const call = { direction: 'inbound', number: '', phone_key: '', queue_number: '701', started_at_ms: atMs, end_unseen: 0 }
    const ended = async (id: string, ended_at_ms: number | null) =>
      rig.store.db
        .insertInto('calls')
        .values({ ...call, id, answered_at_ms: atMs, ended_at_ms })
        .execute()
    const annas = { fromMs: atMs, toMs: atMs + minute }
    const heard = async (user: typeof anna, id: string) => (await rig.calls.pages.read(user, id)).heard
    const [alone, wentOn, goesOn, unanswered] = [
      await past({ atMs, callId: '1.0' }),
      await past({ atMs, callId: '2.0' }),
      await past({ atMs, callId: '3.0' }),
      await past({ atMs, callId: '4.0' }),
    ]
    await ended('1.0', annas.toMs + 1_000)
    await ended('2.0', annas.toMs + minute)
    await ended('3.0', null)
    await past({ atMs, callId: '4.0', operator: boris, talk: null })
    expect(await heard(anna, alone)).toMatchObject({ alone: true, span: annas, talks: [annas] })
    expect(await heard(anna, unanswered)).toMatchObject({ alone: true })
    for (const id of [wentOn, goesOn]) expect(await heard(anna, id)).toMatchObject({ alone: false, span: annas })
    expect(await heard(galina, wentOn)).toBeNull()

    const first = await past({ atMs, callId: '5.0' })
    const second = await past({ atMs: annas.toMs, callId: '5.0', operator: boris })
    const boriss = { fromMs: annas.toMs, toMs: annas.toMs + minute }
    expect(await heard(anna, first)).toMatchObject({ alone: false, span: annas, talks: [annas, boriss] })
    expect(await heard(boris, second)).toMatchObject({ alone: false, span: boriss })
    // Not the channel of the other.
    const { recordingIds } = await rig.calls.pages.read(anna, first)
    expect(recordingIds).toHaveLength(2)
    expect((await rig.calls.pages.read(galina, first)).recordingIds).toHaveLength(3)
  })

  it('does not take withheld numbers for one caller', async () => {
    const id = await past({ operator: boris, number: '' })
    await past({ number: '' })
    await expect(rig.calls.pages.read(anna, id)).rejects.toMatchObject({ code: 'notFound' })
  })
})
