import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ManualClock } from '../clock.ts'
import type { User } from '../contract/index.ts'
import { StartError } from '../errors.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import { WorkTimes } from './index.ts'

const admin: User = { id: 'admin', email: 'a@test', name: 'Admin', role: 'administrator', extension: null, active: true }
// Noon in Moscow.
const clock = new ManualClock(Date.UTC(2026, 10, 20, 9))
let dataDir: string
let store: Store
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-work-time-'))
  store = new Store({ dataDir, ...(await testDatabase(dataDir)), clock })
  await store.start()
})
afterEach(async () => {
  await store.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

async function open() {
  const workTimes = new WorkTimes({ db: store.db, clock, timeZone: 'Europe/Moscow' })
  await workTimes.start()
  return workTimes
}
const nineToSix = [{ from: 540, to: 1_080 }]
const time = (fromDay: number | null, queue = '701') => ({
  ...{ queue, fromDay, keepsHolidays: true },
  week: [nineToSix, nineToSix, nineToSix, nineToSix, nineToSix, [], []],
})
const holiday = (day: number) => ({ queue: '*', day, name: 'Новый год', hours: [] })

it('is none until it is set, is told of, and is there again after a restart', async () => {
  const workTimes = await open()
  expect(workTimes.all()).toEqual({ times: [], holidays: [] })
  let told = 0
  workTimes.onChange(() => told++)
  await workTimes.save(admin, { ...time(20_261_120), recount: false })
  await workTimes.save(admin, { ...time(20_261_201), keepsHolidays: false, recount: false })
  await workTimes.saveHoliday(admin, { ...holiday(20_270_101), recount: false })
  // The same day again takes the other's place.
  await workTimes.saveHoliday(admin, { ...holiday(20_270_101), hours: nineToSix, recount: false })
  const kept = {
    times: [{ ...time(20_261_201), keepsHolidays: false }, time(20_261_120)],
    holidays: [{ ...holiday(20_270_101), hours: nineToSix }],
  }
  expect([workTimes.all(), (await open()).all(), told]).toEqual([kept, kept, 4])
  const audited = await store.db.selectFrom('audit').select(['action', 'subject']).execute()
  expect(audited.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
    ...['workTime.save 701', 'workTime.save 701', 'workTime.saveHoliday *', 'workTime.saveHoliday *'],
  ])
})

it('moves no report of a day that is over, unless that is asked for', async () => {
  const workTimes = await open()
  for (const day of [20_261_119, null])
    await expect(workTimes.save(admin, { ...time(day), recount: false })).rejects.toMatchObject({ fields: { fromDay: 'past' } })
  await expect(workTimes.saveHoliday(admin, { ...holiday(20_261_119), recount: false })).rejects.toMatchObject({
    fields: { day: 'past' },
  })
  await workTimes.save(admin, { ...time(null), recount: true })
  await workTimes.saveHoliday(admin, { ...holiday(20_261_119), recount: true })
  expect(workTimes.all()).toEqual({ times: [time(null)], holidays: [holiday(20_261_119)] })
  const past = { queue: '701', fromDay: null, recount: false }
  await expect(workTimes.remove(admin, past)).rejects.toMatchObject({ fields: { fromDay: 'past' } })
  await expect(workTimes.removeHoliday(admin, { queue: '*', day: 20_261_119, recount: false })).rejects.toMatchObject({
    fields: { day: 'past' },
  })
  await workTimes.remove(admin, { ...past, recount: true })
  await workTimes.removeHoliday(admin, { queue: '*', day: 20_261_119, recount: true })
  expect([workTimes.all(), (await open()).all()]).toEqual(Array(2).fill({ times: [], holidays: [] }))
})

it('refuses a day that is none, and removes nothing that is not there', async () => {
  const workTimes = await open()
  await expect(workTimes.save(admin, { ...time(20_270_231), recount: false })).rejects.toMatchObject({
    fields: { fromDay: 'invalid' },
  })
  await expect(workTimes.remove(admin, { queue: '701', fromDay: 20_270_201, recount: true })).rejects.toMatchObject({
    code: 'notFound',
  })
  await expect(workTimes.removeHoliday(admin, { queue: '*', day: 20_270_201, recount: true })).rejects.toMatchObject({
    code: 'notFound',
  })
})

it('that is damaged ends the start, with what to do', async () => {
  const workTimes = await open()
  await workTimes.save(admin, { ...time(20_261_120), recount: false })
  await store.db.updateTable('work_times').set({ week: '[[]]' }).execute()
  await expect(open()).rejects.toBeInstanceOf(StartError)
})
