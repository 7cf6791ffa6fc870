import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Direction, TimelineEvent } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import { anna, boris, type CallsRig, galina, openCallsRig } from './fixture.ts'
import { addCustomers, type CardRecord, insertClosedCard, type RecordedCall } from './index.ts'

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
    ringCancelled: false,
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
    // Its end was not seen: the record has it.
    const unseen = await past({ atMs, callId: '6.0' })
    await ended('6.0', annas.toMs)
    await rig.store.db.updateTable('calls').set({ end_unseen: 1 }).where('id', '=', '6.0').execute()
    const own = [{ operatorId: 'anna', talk: annas }]
    for (const [laterMs, whole] of [
      [1_000, true],
      [minute, false],
    ] as const) {
      rig.recorded.set('6.0', { ...recordedCall('6.0', [], own), endedAtMs: annas.toMs + laterMs })
      expect(await heard(anna, unseen)).toMatchObject({ alone: whole, span: annas })
    }

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

  it('has the course of the PBX’s record where that knows the call, and when the card was closed', async () => {
    const id = await past({ callId: '8.1', wrapUp: 1 })
    const atMs = rig.clock.nowMs()
    rig.recorded.set('8.1', recordedCall('8.0', [{ ...bare, kind: 'started', atMs }]))
    const { call, timeline } = await rig.calls.pages.read(anna, id)
    expect(call?.callKey).toBe('8.0')
    expect(timeline.map(({ kind, operatorName }) => [kind, operatorName])).toEqual([
      ['started', null],
      ['saved', 'Anna'],
    ])
    // What goes on is not in the record as a whole.
    await rig.store.db
      .insertInto('calls')
      .values({ ...heard, id: '8.1', ended_at_ms: null })
      .execute()
    expect(await rig.calls.pages.read(anna, id)).toMatchObject({ call: { outcome: 'running' } })
    await rig.store.db.updateTable('calls').set({ ended_at_ms: 9_000 }).execute()
    const pieces = recordedCall('8.0', [{ ...bare, kind: 'queued', atMs }])
    rig.recorded.set('8.1', { ...pieces, call: { ...pieces.call, outcome: 'running' } })
    expect(await rig.calls.pages.read(anna, id)).toMatchObject({ call: { callKey: '8.1', outcome: 'missed' } })
  })

  it('opens while the record cannot be read', async () => {
    const id = await past()
    for (const code of ['busy', 'recordUpgrading'] as const) {
      rig.record.read = () => Promise.reject(new AppError(code, 'later'))
      expect((await rig.calls.pages.read(anna, id)).timeline.map(({ kind }) => kind)).toContain('answered')
    }
    rig.record.read = () => Promise.reject(new Error('broken'))
    await expect(rig.calls.pages.read(anna, id)).rejects.toThrow('broken')
  })

  it('does not take withheld numbers for one caller', async () => {
    const id = await past({ operator: boris, number: '' })
    await past({ number: '' })
    await expect(rig.calls.pages.read(anna, id)).rejects.toMatchObject({ code: 'notFound' })
  })
})

const bare = {
  ...{ operatorName: null, queueName: null, position: null, outcome: null },
  ...{ cause: null, exitKey: null, lengthMs: null, holdMs: null },
} as const satisfies Partial<TimelineEvent>

const recordedCall = (key: string, course: readonly TimelineEvent[] = [], parts: RecordedCall['parts'] = []): RecordedCall => ({
  call: {
    ...{ callKey: key, startedAtMs: 0, direction: 'inbound', number: '+79160000101', customerName: null },
    ...{
      queue: { number: '701', name: 'Sales' },
      operatorName: null,
      outcome: 'missed',
      cause: 'allBusy',
      waitMs: 7_000,
      talkMs: null,
    },
  },
  ids: [key, '8.1', '8.2'],
  endedAtMs: Math.max(9_000, ...parts.map(({ talk }) => talk?.toMs ?? 0)),
  course,
  parts,
})

const heard = {
  ...{ direction: 'inbound', number: '+79160000101', phone_key: '9160000101', queue_number: '701', started_at_ms: 1_000 },
  ...{ queued_at_ms: 3_000, answered_at_ms: null, ended_at_ms: 9_000, end_unseen: 0 },
}

describe('the page of a call by its own id', () => {
  const read = (user: typeof anna, id = '8.0') => rig.calls.pages.readCall(user, id)

  it('opens without a card for supervisors, and for nobody else who had no part in it', async () => {
    rig.recorded.set('8.0', recordedCall('8.0', [{ ...bare, kind: 'leftQueue', atMs: 7_000 }]))
    expect(await read(galina)).toMatchObject({
      ...{ card: null, mayEdit: false, mayListen: true, recordingIds: ['8.0', '8.1', '8.2'] },
      ...{ call: { cause: 'allBusy' }, timeline: [{ kind: 'leftQueue' }] },
    })
    await expect(read(anna)).rejects.toMatchObject({ code: 'notFound' })
    await expect(read(galina, '9.9')).rejects.toMatchObject({ code: 'notFound' })
  })

  it('opens for whose phone rang, and the own part is heard by who talked', async () => {
    const annas = { operatorId: 'anna', talk: { fromMs: 5_000, toMs: 9_000 } }
    const boriss = { operatorId: 'boris', talk: { fromMs: 9_000, toMs: 12_000 } }
    const of = (...parts: RecordedCall['parts']) => rig.recorded.set('8.0', recordedCall('8.0', [], parts))
    of({ ...annas, talk: null })
    expect(await read(anna)).toMatchObject({ card: null, mayListen: false })
    await expect(read(boris)).rejects.toMatchObject({ code: 'notFound' })
    of(annas)
    expect(await read(anna)).toMatchObject({ mayListen: true, heard: { alone: true } })
    expect(await read(galina)).toMatchObject({ mayListen: true, heard: null })
    // Anna gave it on to somebody outside.
    rig.recorded.set('8.0', { ...recordedCall('8.0', [], [annas]), endedAtMs: 60_000 })
    expect(await read(anna)).toMatchObject({ heard: { alone: false, span: annas.talk } })
    of(annas, boriss)
    const talks = [annas.talk, boriss.talk]
    expect(await read(boris)).toMatchObject({ mayListen: true, heard: { alone: false, span: boriss.talk, talks } })
    // Given back: where the second one lies, nobody can tell.
    of(annas, boriss, { ...annas, talk: { fromMs: 12_000, toMs: 15_000 } })
    expect(await read(anna)).toMatchObject({ heard: { alone: false, span: null } })
  })

  it('lets the own talk be heard beside a colleague’s card, whichever way that card is opened', async () => {
    const [annas, boriss] = [
      { operatorId: 'anna', talk: { fromMs: 5_000, toMs: 9_000 } },
      { operatorId: 'boris', talk: { fromMs: 9_000, toMs: 12_000 } },
    ]
    rig.recorded.set('8.1', recordedCall('8.0', [], [annas, boriss]))
    const id = await past({ callId: '8.1', operator: boris })
    // Another call is why Anna sees the card at all.
    await past()
    const own = { mayEdit: false, mayListen: true, recordingIds: ['8.0', '8.1', '8.2'] }
    for (const view of [await read(anna, '8.1'), await rig.calls.pages.read(anna, id)])
      expect(view).toMatchObject({ ...own, card: { id }, heard: { legId: '', alone: false, span: annas.talk } })
    rig.recorded.set('8.1', recordedCall('8.0', [], [{ ...annas, talk: null }, boriss]))
    expect(await read(anna, '8.1')).toMatchObject({ card: { id }, mayListen: false })
  })

  it('has the card that says most to the reader, by whatever id of the call it carries', async () => {
    rig.recorded.set('8.0', recordedCall('8.0'))
    await past({ callId: '8.2', operator: boris, talk: null })
    const borissTalk = await past({ callId: '8.1', operator: boris })
    const annas = await past({ callId: '8.2', talk: null })
    expect(await read(galina)).toMatchObject({ card: { id: borissTalk } })
    expect(await read(boris)).toMatchObject({ card: { id: borissTalk }, mayEdit: true })
    expect(await read(anna)).toMatchObject({ card: { id: annas }, mayListen: false })
  })

  it('tells what the server heard of a call that the record does not have', async () => {
    await rig.store.db
      .insertInto('calls')
      .values({ ...heard, id: '8.0' })
      .execute()
    const { call, timeline } = await read(galina)
    expect(call).toMatchObject({ outcome: 'missed', waitMs: 6_000, talkMs: null, queue: { name: 'Sales' } })
    expect(timeline.map(({ kind }) => kind)).toEqual(['started', 'queued', 'ended'])
    await rig.store.db
      .insertInto('calls')
      .values({ ...heard, id: '8.9', direction: 'outbound' })
      .execute()
    expect(await read(galina, '8.9')).toMatchObject({ call: { outcome: 'noAnswer' } })
  })
})
