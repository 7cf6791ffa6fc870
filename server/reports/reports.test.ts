import { parse } from 'csv-parse/sync'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CallsRig, callOf, legOf, openCallsRig, queueOf } from '../calls/fixture.ts'
import { addCustomers } from '../calls/index.ts'
import type { ExtraField } from '../contract/index.ts'
import { emptyPbxState } from '../telephony/pbx-state.ts'
import { pageRows } from './call-rows.ts'
import { duration, phoneCell, safeCell } from './calls-csv.ts'
import { createReports, type Reports } from './index.ts'

let rig: CallsRig
let reports: Reports
const build = (): Reports =>
  createReports({
    db: rig.store.db,
    clock: rig.clock,
    telephony: rig.telephony,
    users: rig.users,
    queueNames: rig.queueNames,
    logger: pino({ level: 'silent' }),
    dictionaries: () => rig.calls.setups.dictionaries(),
    extraFields: () => rig.calls.setups.current().setup.extraFields,
  })
beforeEach(async () => {
  rig = await openCallsRig()
  reports = build()
  await reports.start()
})
afterEach(async () => {
  await reports.stop()
  await rig.close()
})

const outside = legOf('1.0', 'trunk', { role: 'caller', state: 'up', answeredAtMs: 0 })
const all = async () => {
  await rig.settle()
  await reports.idle()
  return (await reports.calls({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 100 })).calls
}
/** A call that waits 20 s, is talked 65 s by Anna and ends. */
const answeredCall = async (startedAtMs: number) => {
  const times = { startedAtMs, queuedAtMs: startedAtMs }
  rig.telephony.setCall(callOf('1.0', [outside, legOf('1.1', '1001')], times))
  rig.clock.advance(20_000)
  const answeredAtMs = rig.clock.nowMs()
  const leg = legOf('1.1', '1001', { state: 'up', answeredAtMs })
  rig.telephony.setCall(callOf('1.0', [outside, leg], { ...times, answeredAtMs, state: 'talking' }))
  rig.clock.advance(65_000)
  rig.telephony.endCall('1.0')
  await rig.settle()
}

describe('the ledger', () => {
  it('has one row a call, with who answered, the wait, the talk and what the card says', async () => {
    await addCustomers(rig.store.db, [
      { id: 'c1', name: 'Ivan', phones: ['+79160000101'], address: '', notes: '', tag: null, createdAtMs: 0 },
    ])
    const startedAtMs = rig.clock.nowMs()
    await answeredCall(startedAtMs)
    const anna = rig.users.byExtension('1001')
    if (!anna) throw new Error('nobody')
    const changes = { categoryId: 'delivery', resultId: 'resolved', satisfaction: 5, description: 'd' }
    await rig.calls.cards.writeDraft(anna, 'main:1.1', { baseVersion: 99, changes })
    expect(await all()).toEqual([
      {
        callId: '1.0',
        startedAtMs,
        direction: 'inbound',
        number: '+79160000101',
        customerName: 'Ivan',
        queue: { number: '701', name: 'Sales' },
        operatorName: 'Anna',
        outcome: 'answered',
        waitMs: 20_000,
        talkMs: 65_000,
        ...changes,
      },
    ])
  })

  it('calls a call nobody answered missed, with its wait and no talk, though the trunk’s own leg was up', async () => {
    const startedAtMs = rig.clock.nowMs()
    rig.telephony.setCall(callOf('1.0', [outside, legOf('1.1', '1001')], { startedAtMs, queuedAtMs: startedAtMs }))
    expect(await all()).toMatchObject([{ outcome: 'running', waitMs: null, talkMs: null }])
    rig.clock.advance(7_000)
    rig.telephony.endCall('1.0')
    expect(await all()).toMatchObject([{ outcome: 'missed', waitMs: 7_000, talkMs: null, operatorName: null }])
  })

  it('keeps the one who answered first through a transfer', async () => {
    const anna = legOf('1.1', '1001', { state: 'up', answeredAtMs: 10 })
    rig.telephony.setCall(callOf('1.0', [outside, anna], { answeredAtMs: 10 }))
    rig.telephony.setCall(callOf('1.0', [outside, legOf('1.2', '1002', { state: 'up', answeredAtMs: 90 })], { answeredAtMs: 10 }))
    rig.telephony.endCall('1.0')
    expect(await all()).toMatchObject([{ operatorName: 'Anna', outcome: 'answered' }])
  })

  it('drops the row of a call that became part of another', async () => {
    const moving = legOf('2.2', '1001', { role: 'caller', state: 'up', answeredAtMs: 5 })
    rig.telephony.setCall(callOf('2.2', [moving, legOf('2.3', '1003')], { direction: 'internal', number: '', queue: null }))
    expect(await all()).toHaveLength(1)
    rig.telephony.setCall(callOf('1.0', [outside, moving], { answeredAtMs: 5 }))
    rig.telephony.endCall('2.2')
    expect((await all()).map(({ callId }) => callId)).toEqual(['1.0'])
  })

  it('has no row for a feature code or an announcement', async () => {
    const own = legOf('6.0', '1001', { role: 'caller', state: 'up' })
    rig.telephony.setCall(callOf('6.0', [own], { direction: 'internal', number: '1001', queue: null }))
    rig.telephony.endCall('6.0')
    expect(await all()).toEqual([])
  })

  it('knows the talk time of a call that ended while a snapshot was taken with the link up', async () => {
    const answeredAtMs = rig.clock.nowMs()
    const leg = legOf('1.1', '1001', { state: 'up', answeredAtMs })
    rig.telephony.setCall(callOf('1.0', [outside, leg], { answeredAtMs, startedAtMs: answeredAtMs }))
    rig.clock.advance(5_000)
    rig.telephony.resync(emptyPbxState)
    expect(await all()).toMatchObject([{ outcome: 'answered', talkMs: 5_000 }])
  })

  it('survives a restart: goes on with a running call, closes one that ended meanwhile with no made-up talk time', async () => {
    const leg = legOf('1.1', '1001', { state: 'up', answeredAtMs: 10 })
    const goes = callOf('1.0', [outside, leg], { answeredAtMs: 10, startedAtMs: 2 })
    const gone = callOf('9.0', [legOf('9.1', '1002', { state: 'up', answeredAtMs: 10 })], { answeredAtMs: 10, startedAtMs: 1 })
    rig.telephony.setCall(goes)
    rig.telephony.setCall(gone)
    await all()
    await reports.stop()
    await rig.restart()
    reports = build()
    await reports.start()
    expect(await all()).toMatchObject([{ outcome: 'running' }, { outcome: 'running' }])
    rig.telephony.heal({ ...emptyPbxState, calls: new Map([['1.0', goes]]), queues: new Map([['701', queueOf('701', [])]]) })
    expect(await all()).toMatchObject([
      { callId: '1.0', outcome: 'running' },
      { callId: '9.0', outcome: 'answered', talkMs: null, operatorName: 'Boris' },
    ])
  })

  it('counts all calls of [from, to) and gives the newest of them', async () => {
    for (const [index, startedAtMs] of [100, 200, 300, 400].entries()) {
      rig.telephony.setCall(callOf(`${index}.0`, [], { startedAtMs }))
      rig.telephony.endCall(`${index}.0`)
    }
    await all()
    const { calls, total } = await reports.calls({ fromMs: 100, toMs: 400, limit: 2 })
    expect(calls.map(({ startedAtMs }) => startedAtMs)).toEqual([300, 200])
    expect(total).toBe(3)
  })
})

describe('the CSV file', () => {
  const csv = (language: 'ru' | 'en', timeZone = 'Europe/Moscow') =>
    reports.callsCsv({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, language, timeZone })

  it('is what Russian and English spreadsheets open: BOM, separator, headers, local dates', async () => {
    await answeredCall(rig.clock.nowMs())
    await all()
    const ru = await csv('ru')
    expect(ru.startsWith('\uFEFFНачало;Направление;Номер;')).toBe(true)
    const [row] = parse(ru, { bom: true, delimiter: ';', columns: true })
    expect(row).toMatchObject({
      Начало: '01.01.2026 03:00:00',
      Направление: 'Входящий',
      Номер: '+7 916 000 01 01',
      Оператор: 'Anna',
      Итог: 'Отвечен',
      Ожидание: '0:00:20',
      Разговор: '0:01:05',
    })
    const en = await csv('en', 'America/New_York')
    expect(en.startsWith('\uFEFFStarted,Direction,Number,')).toBe(true)
    expect(parse(en, { bom: true, columns: true })).toMatchObject([{ Started: '2025-12-31 19:00:00', Outcome: 'Answered' }])
  })

  it('keeps separators, quotes and line breaks inside their cell, and makes formulas harmless', async () => {
    await answeredCall(rig.clock.nowMs())
    const anna = rig.users.byExtension('1001')
    if (!anna) throw new Error('nobody')
    const description = '=HYPERLINK("http://x";"a,b")\nnext'
    await rig.calls.cards.writeDraft(anna, 'main:1.1', { baseVersion: 99, changes: { description, categoryId: 'delivery' } })
    await all()
    for (const [language, delimiter, name] of [
      ['ru', ';', 'Доставка'],
      ['en', ',', 'Delivery'],
    ] as const) {
      const row = parse(await csv(language), { bom: true, delimiter })[1]
      expect(row?.slice(-4)).toEqual([name, '', '', `'${description}`])
    }
  })

  it('has what the administrator’s own fields have, in words, removed fields too, and no formula in a cell or a head', async () => {
    const anna = rig.users.byExtension('1001')
    if (!anna) throw new Error('nobody')
    const { version, setup } = rig.calls.setups.current()
    const field = (id: string, kind: ExtraField['kind'], ru: string): ExtraField => ({
      ...{ id, kind, ru, en: id, archived: false },
      options: kind === 'choice' ? [{ id: 'red', ru: 'Красный', en: 'Red', archived: false }] : [],
    })
    const extraFields = [
      field('serial', 'text', '=Номер'),
      field('price', 'number', 'Цена'),
      field('bought', 'date', 'Куплено'),
      field('covered', 'yesNo', 'Гарантия'),
      field('colour', 'choice', 'Цвет'),
      field('old', 'text', 'Раньше'),
    ]
    await rig.calls.setups.save(anna, { baseVersion: version, setup: { ...setup, extraFields } })
    await answeredCall(rig.clock.nowMs())
    const extra = { serial: '=1+1', price: -12.5, bought: '2026-11-02', covered: false, colour: 'red', old: 'kept' }
    await rig.calls.cards.writeDraft(anna, 'main:1.1', { baseVersion: 99, changes: { extra } })
    const removed = extraFields.map((one) => ({ ...one, archived: one.id === 'old' }))
    await rig.calls.setups.save(anna, { baseVersion: version + 1, setup: { ...setup, extraFields: removed } })
    await rig.store.db
      .insertInto('calls')
      .values({
        id: 'cardless',
        direction: 'inbound',
        number: '',
        phone_key: '',
        started_at_ms: 1,
        ended_at_ms: 2,
        end_unseen: 0,
      })
      .execute()
    await all()
    const own = (text: string, delimiter: string) => parse(text, { bom: true, delimiter }).map((row) => row.slice(-6))
    expect(own(await csv('ru'), ';')).toEqual([
      ["'=Номер", 'Цена', 'Куплено', 'Гарантия', 'Цвет', 'Раньше'],
      ["'=1+1", '-12,5', '02.11.2026', 'Нет', 'Красный', 'kept'],
      ['', '', '', '', '', ''],
    ])
    expect(own(await csv('en'), ',').slice(0, 2)).toEqual([
      ['serial', 'price', 'bought', 'covered', 'colour', 'old'],
      ["'=1+1", '-12.5', '2026-11-02', 'No', 'Red', 'kept'],
    ])
  })

  it('has every call of a long period once, and lets others have a turn meanwhile', async () => {
    const ids = Array.from({ length: 2 * pageRows + 3 }, (_, index) => String(index).padStart(5, '0'))
    const rows = ids.map((id) => ({
      id,
      direction: 'inbound',
      number: id,
      phone_key: '',
      // Many begin in the same millisecond, also where one page ends.
      started_at_ms: Math.floor(Number(id) / 7),
      ended_at_ms: 1e12,
      end_unseen: 0,
    }))
    for (const row of rows) await rig.store.db.insertInto('calls').values(row).execute()
    let turns = 0
    const count = (): void => {
      turns += 1
      next = setImmediate(count)
    }
    let next = setImmediate(count)
    const [, ...cells] = parse(await csv('en'), { bom: true })
    const numbers = cells.map((row) => row[2])
    clearImmediate(next)
    const newestFirst = rows.toSorted((a, b) => b.started_at_ms - a.started_at_ms || (a.id < b.id ? -1 : 1))
    expect(numbers).toEqual(newestFirst.map(({ id }) => id))
    expect(turns).toBeGreaterThanOrEqual(2)
  })

  it('refuses a time zone nobody knows', async () => {
    await expect(csv('en', 'Mars/Base')).rejects.toMatchObject({ code: 'invalidInput' })
  })

  it('has cells that no spreadsheet runs', () => {
    for (const attack of ['=1+1', '+cmd|x', '-2', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\n=1', '＝1', '+1;2']) {
      expect(safeCell(attack)).toBe(`'${attack}`)
    }
    for (const plain of ['', 'Иван', 'a=b', "'=1", '5', 'a-b']) expect(safeCell(plain)).toBe(plain)
  })

  it('has readable phone numbers, and only real ones go without the apostrophe', () => {
    expect(phoneCell('+79160000101')).toBe('+7 916 000 01 01')
    expect(phoneCell('1001')).toBe('1001')
    expect(phoneCell('')).toBe('')
    for (const attack of ['+7=1', '+79160000101=cmd', '=+79160000101', '+1', '-79160000101', '@1001']) {
      expect(phoneCell(attack)).toMatch(/^'|^\+[\d ]+$/)
    }
    expect(phoneCell('=+79160000101')).toBe("'=+79160000101")
    expect(phoneCell('-79160000101').startsWith('-')).toBe(false)
  })

  it('has durations that spreadsheets add up', () => {
    expect([null, 0, 65_000, 3_599_600, 90_000_000].map(duration)).toEqual(['', '0:00:00', '0:01:05', '1:00:00', '25:00:00'])
  })
})
