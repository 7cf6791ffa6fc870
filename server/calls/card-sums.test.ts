import { sql } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { seededRandom } from '../demo/demo-history.ts'
import type { CardRecord } from './card-machine.ts'
import { CardStore, insertClosedCard, toRecord } from './card-store.ts'
import { CardSums } from './card-sums.ts'
import { type CallsRig, openCallsRig } from './fixture.ts'

let rig: CallsRig
beforeEach(async () => {
  rig = await openCallsRig()
  await rig.calls.cardSums.idle()
})
afterEach(() => rig.close())

const hourMs = 3_600_000
const startMs = Date.UTC(2026, 9, 24, 20)
const sumsIn = (timeZone: string) =>
  new CardSums({ db: rig.store.db, clock: rig.clock, timeZone, logger: pino({ level: 'silent' }) })

const cardOf = (id: number, more: Partial<CardRecord>): CardRecord => ({
  id: `card ${id}`,
  callId: `${id}.0`,
  legId: `${id}.1`,
  operatorId: 'anna',
  operatorName: 'Anna',
  direction: 'inbound',
  state: 'ringing',
  number: '+79160000101',
  callerName: '',
  queueNumber: null,
  queuedAtMs: null,
  ringingAtMs: startMs,
  answeredAtMs: null,
  endedAtMs: null,
  wrapUpEndsAtMs: null,
  wrapUpStoppedAtMs: null,
  wrapUpStoppedMs: 0,
  extensions: 0,
  savedAtMs: null,
  version: 1,
  fields: {
    categoryId: null,
    description: '',
    resultId: null,
    satisfaction: null,
    notes: '',
    callBack: false,
    callBackAtMs: null,
    extra: {},
  },
  stamps: {},
  customerId: null,
  customerSource: 'number',
  handover: null,
  wrapUpMs: null,
  incomplete: false,
  ringCancelled: false,
  ...more,
})

const put = (sums: CardSums, record: CardRecord) =>
  new CardStore({ db: rig.store.db, eventDb: rig.store.eventDb, sums }).put({
    ...{ record, customerName: null, syncCallBack: false, nowMs: rig.clock.nowMs(), promised: true, answered: null },
  })

/** Worked out from the cards, by days that are found another way. */
async function fromCards(timeZone: string): Promise<Map<string, number[]>> {
  const rows = await rig.store.db.selectFrom('cards').selectAll().execute()
  const groups = new Map<string, number[]>()
  const days = new Intl.DateTimeFormat('sv-SE', { timeZone })
  for (const { state, answeredAtMs, direction, queuedAtMs, ringingAtMs, operatorId, wrapUpMs, fields } of rows.map(toRecord)) {
    if (state !== 'saved' || answeredAtMs === null || direction === 'internal') continue
    const key = `${days.format(queuedAtMs ?? ringingAtMs).replaceAll('-', '')} ${operatorId}`
    const score = fields.satisfaction
    const added = [1, wrapUpMs === null ? 0 : 1, wrapUpMs ?? 0, score === null ? 0 : 1, (score ?? 0) >= 4 ? 1 : 0, score ?? 0]
    groups.set(
      key,
      added.map((amount, at) => amount + (groups.get(key)?.[at] ?? 0)),
    )
  }
  return new Map([...groups].sort())
}

async function kept(): Promise<Map<string, number[]>> {
  const rows = await rig.store.db.selectFrom('card_sums').selectAll().where('cards', '>', 0).execute()
  return new Map(
    rows
      .map(({ day, operator_id, cards, wrap_ups, wrap_up_ms, rated, satisfied, scores }): [string, number[]] => [
        `${day} ${operator_id}`,
        [cards, wrap_ups, wrap_up_ms, rated, satisfied, scores],
      ])
      .sort(),
  )
}

/** Cards that come, are saved, late too, and are edited, in an order of their own; of a week around a night of 25 hours. */
async function work(sums: CardSums, { seed, steps }: { seed: number; steps: number }): Promise<void> {
  const random = seededRandom(seed)
  const upTo = (most: number) => Math.floor(random() * most)
  const cards: CardRecord[] = []
  for (let step = 0; step < steps; step++) {
    const known = random() < 0.5 ? cards[upTo(cards.length)] : undefined
    const ringingAtMs = startMs + upTo(7 * 24) * hourMs + upTo(2) * 1_799_999
    const base =
      known ??
      cardOf(seed * 10_000 + step, {
        operatorId: random() < 0.5 ? 'anna' : 'boris',
        direction: random() < 0.2 ? 'internal' : 'inbound',
        // Some waited over midnight.
        queuedAtMs: random() < 0.5 ? null : ringingAtMs - upTo(3) * hourMs,
        ringingAtMs,
        answeredAtMs: random() < 0.8 ? ringingAtMs + 4_000 : null,
      })
    const state = known?.state === 'saved' || random() < 0.6 ? 'saved' : base.answeredAtMs === null ? 'missed' : 'talking'
    const satisfaction = random() < 0.4 ? null : 1 + upTo(5)
    const next: CardRecord = {
      ...base,
      state,
      version: base.version + 1,
      fields: { ...base.fields, satisfaction },
      wrapUpMs: random() < 0.3 ? null : upTo(60_000),
    }
    if (known) cards[cards.indexOf(known)] = next
    else cards.push(next)
    await put(sums, next)
  }
}

it.each([1, 2, 3])('are what the cards say, whatever is saved late or edited: %d', async (seed) => {
  const sums = sumsIn('Europe/Berlin')
  await sums.start()
  await sums.idle()
  await work(sums, { seed, steps: 60 })
  expect(await kept()).toEqual(await fromCards('Europe/Berlin'))
  expect((await kept()).size).toBeGreaterThan(6)
})

it('are made of the cards from before, while cards are written, and by the days of another zone anew', async () => {
  const berlin = sumsIn('Europe/Berlin')
  await work(berlin, { seed: 4, steps: 40 })
  await sql`delete from card_sums`.execute(rig.store.db)
  await berlin.start()
  expect(berlin.whole()).toBe(false)
  await Promise.all([work(berlin, { seed: 5, steps: 20 }), berlin.idle()])
  expect(berlin.whole()).toBe(true)
  expect(await kept()).toEqual(await fromCards('Europe/Berlin'))

  const again = sumsIn('Europe/Berlin')
  await again.start()
  expect(again.whole()).toBe(true)

  const tokyo = sumsIn('Asia/Tokyo')
  await tokyo.start()
  expect(tokyo.whole()).toBe(false)
  await tokyo.idle()
  expect(await kept()).toEqual(await fromCards('Asia/Tokyo'))
  expect(await kept()).not.toEqual(await fromCards('Europe/Berlin'))
})

it('are made anew after an import of cards', async () => {
  const first = sumsIn('Europe/Moscow')
  await first.start()
  await first.idle()
  const record = cardOf(1, { state: 'saved', answeredAtMs: startMs + 1_000 })
  await insertClosedCard(rig.store.db, { record, customerName: null, callBackDoneAtMs: null })
  const next = sumsIn('Europe/Moscow')
  await next.start()
  await next.idle()
  expect((await kept()).size).toBe(1)
  expect(await kept()).toEqual(await fromCards('Europe/Moscow'))
})

it('that were not made to the end are made from the beginning by the next server', async () => {
  const first = sumsIn('Europe/Moscow')
  await work(first, { seed: 6, steps: 30 })
  await sql`delete from card_sums`.execute(rig.store.db)
  await first.start()
  await first.stop()
  const next = sumsIn('Europe/Moscow')
  await next.start()
  expect(next.whole()).toBe(false)
  await next.idle()
  expect(next.whole()).toBe(true)
  expect(await kept()).toEqual(await fromCards('Europe/Moscow'))
})

it('are written with the card or not at all', async () => {
  const sums = sumsIn('Europe/Moscow')
  const saved = cardOf(1, { state: 'saved', answeredAtMs: startMs + 1_000 })
  await expect(
    rig.store.transaction(async (tx) => {
      await sums.addUp(tx, saved)
      throw new Error('the card was not written')
    }),
  ).rejects.toThrow('the card was not written')
  expect(await rig.store.db.selectFrom('card_sums').selectAll().execute()).toEqual([])
})
