import { join } from 'node:path'
import type { KyselyPlugin } from 'kysely'
import { pino } from 'pino'
import PostalMime from 'postal-mime'
import { readSheet } from 'read-excel-file/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pdfText } from '../../tests/support/pdf-text.ts'
import { openSecretBox } from '../accounts/index.ts'
import { FakeQueueNames } from '../calls/fixture.ts'
import type { ReportSchedule, User } from '../contract/index.ts'
import { addHistory, openRecordRig, type RecordRig, timeZone } from '../reports/fixture.ts'
import { Exports, ReportFiles, recordFile } from '../reports/index.ts'
import { databaseFile } from '../store/index.ts'
import { login, type MailServer, startMailServer } from './fixture.ts'
import { MailAccounts } from './mail-settings.ts'
import { keptMailings, ReportMail } from './report-mail.ts'
import { type SendMail, sendMail } from './smtp.ts'

const id = '5f0e3c52-8a0e-4d0a-9b52-1f2d3c4b5a69'
const galina: User = { id: 'galina', email: 'g', name: 'Galina', role: 'supervisor', extension: null, active: true }
const daily: ReportSchedule = {
  report: 'times',
  groupBy: 'hourOfDay',
  filter: {},
  every: 'day',
  weekday: 1,
  dayOfMonth: 1,
  minuteOfDay: 8 * 60,
  recipients: ['boss@office.test', 'second@office.test'],
  language: 'ru',
  format: 'xlsx',
  active: true,
}

let rig: RecordRig
let server: MailServer
let exports: Exports
let accounts: MailAccounts
let mail: ReportMail
let send: SendMail
let readAtMs: () => number | null
/** How many writes fail from now on. */
let failures = 0
/** The file cannot be removed after it was used. */
let wedged = false
/** Called once, before the next answer of the database comes back. */
let held: (() => Promise<void>) | null = null
const weather: KyselyPlugin = {
  transformQuery({ node }) {
    if (node.kind === 'UpdateQueryNode' && failures > 0) {
      failures--
      throw new Error('the disk is full')
    }
    return node
  },
  async transformResult({ result }) {
    const wait = held
    held = null
    await wait?.()
    return result
  },
}
const make = () =>
  new ReportMail({
    db: rig.store.db.withPlugin(weather),
    clock: rig.clock,
    accounts,
    exports: {
      whole: async (user, asked, use) => {
        const used = await exports.whole(user, asked, use)
        if (wedged) throw new Error('EBUSY')
        return used
      },
    },
    send: (account, letter) => send(account, letter),
    recordReadAtMs: () => readAtMs(),
    timeZone,
    logger: pino({ level: 'silent' }),
  })
const settings = () =>
  ({
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    user: login.user,
    from: 'crm@office.test',
    authorities: '',
  }) as const

beforeEach(async () => {
  // Noon UTC of the 20th of November 2026; the day's reports are due at eight in Moscow.
  rig = await openRecordRig()
  addHistory(rig, { calls: 300, days: 5, seed: 8 })
  await rig.published()
  server = await startMailServer()
  send = sendMail
  readAtMs = () => rig.clock.nowMs()
  failures = 0
  wedged = false
  held = null
  const { dataDir, clock, store, users, reports } = rig
  const box = await openSecretBox({ db: store.db, dataDir, secretKey: null, nowMs: clock.nowMs() })
  accounts = new MailAccounts({ db: store.db, clock, box })
  await accounts.save(galina, { ...settings(), password: login.password })
  exports = new Exports({
    folder: join(dataDir, 'exports'),
    recordFile: recordFile(dataDir),
    appFile: databaseFile(dataDir),
    databaseUrl: rig.databaseUrl,
    files: new ReportFiles({
      reports,
      callList: rig.callList,
      users,
      queueNames: new FakeQueueNames(),
      dictionaries: () => ({ categories: [], results: [] }),
      extraFields: () => [],
      pauseReasons: async () => [],
      timeZone,
      phoneRegion: 'RU',
    }),
    audit: async () => undefined,
    clock,
    logger: pino({ level: 'silent' }),
  })
  exports.start()
  mail = make()
  await mail.start()
})
afterEach(async () => {
  await mail.stop()
  await exports.stop()
  await server.stop()
  await rig.close()
})

const dayMs = 86_400_000
/** Time passes, as it does on a clock: timers made on the way count. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 600_000) {
    rig.clock.advance(Math.min(left, 600_000))
    await mail.idle()
  }
}
const mailings = async () => (await mail.all()).schedules[0]?.mailings ?? []
const letter = async (at: number) => PostalMime.parse(server.letters[at] ?? '')

describe('a daily report', () => {
  it('goes out at its time, once a period, with the workbook that the screen would give', async () => {
    await mail.save(galina, id, daily)
    await mail.idle()
    expect(server.letters).toHaveLength(0)
    await pass(dayMs)
    expect(server.letters).toHaveLength(1)
    const { subject, from, to, messageId, text, attachments } = await letter(0)
    expect(subject).toBe('Отчёт: Часы и дни по часам суток, 20 нояб. 2026 г.')
    expect([from?.address, to?.map(({ address }) => address)]).toEqual(['crm@office.test', daily.recipients])
    expect(messageId).toBe(`<${id}.day.20261120@callsync>`)
    expect(text).toContain('Отчёт во вложении')
    const [file] = attachments
    expect(file?.filename).toBe('Часы-и-дни-по-часам-суток-2026-11-20.xlsx')
    if (!(file?.content instanceof ArrayBuffer)) throw new Error('no attachment')
    const rows = await readSheet(Buffer.from(file.content))
    const days = { fromDay: 20_261_120, toDay: 20_261_120, filter: {} }
    const table = await rig.reports.run(galina, { report: 'times', groupBy: 'hourOfDay', ...days, compare: false })
    expect(table.total['calls']).toBeGreaterThan(0)
    expect(rows.at(-1)?.slice(0, 2)).toEqual(['Всего', table.total['calls']])
    await pass(2 * dayMs)
    expect((await mailings()).map((one) => [one.fromDay, one.state])).toEqual([
      [20_261_122, 'sent'],
      [20_261_121, 'sent'],
      [20_261_120, 'sent'],
    ])
    expect(server.letters).toHaveLength(3)
  })

  it('is made up for when the server was away, each missed day once', async () => {
    await mail.save(galina, id, daily)
    await mail.stop()
    rig.clock.advance(3 * dayMs)
    mail = make()
    await mail.start()
    await mail.idle()
    expect(server.letters).toHaveLength(3)
    await mail.stop()
    mail = make()
    await mail.start()
    await mail.idle()
    expect(server.letters).toHaveLength(3)
  })

  it('waits until the record has the night’s calls, an hour at the most', async () => {
    const eight = Date.UTC(2026, 10, 21, 5)
    readAtMs = () => eight - 1
    await mail.save(galina, id, daily)
    await pass(eight - rig.clock.nowMs() + 600_000)
    expect(await mailings()).toMatchObject([{ state: 'waiting', attempts: 0 }])
    readAtMs = () => eight
    await pass(120_000)
    expect(server.letters).toHaveLength(1)
    readAtMs = () => null
    await pass(dayMs)
    expect(server.letters).toHaveLength(1)
    await pass(3_600_000)
    expect(server.letters).toHaveLength(2)
  })

  it('is tried again, later and later, and says why meanwhile; a person may ask for it at once', async () => {
    server.failing = 'disk full'
    await mail.save(galina, id, daily)
    await pass(dayMs)
    expect(server.letters).toHaveLength(0)
    const [waiting] = await mailings()
    expect(waiting).toMatchObject({ state: 'waiting', trouble: { detail: expect.stringContaining('disk full') } })
    expect(waiting?.attempts).toBeGreaterThan(2)
    server.failing = null
    await mail.retry(galina, id)
    await mail.idle()
    expect(server.letters).toHaveLength(1)
    expect(await mailings()).toMatchObject([{ state: 'sent', trouble: null }])
  })

  it('that a crash left half sent goes out again as the same letter', async () => {
    let crash: () => void = () => undefined
    const never = new Promise<never>((_, reject) => {
      crash = () => reject(new Error('the process ended'))
    })
    const reached = Promise.withResolvers<void>()
    send = async (account, one) => {
      await sendMail(account, one)
      reached.resolve()
      return never
    }
    await mail.save(galina, id, daily)
    await mail.idle()
    rig.clock.advance(dayMs)
    await reached.promise
    expect(await mailings()).toMatchObject([{ state: 'sending' }])
    send = sendMail
    const next = make()
    await next.start()
    await next.idle()
    const ids = await Promise.all([letter(0), letter(1)])
    expect(server.letters).toHaveLength(2)
    expect(ids[0]?.messageId).toBe(ids[1]?.messageId)
    await next.stop()
    crash()
  })

  it.each([1, 5])('goes out once when what became of it cannot be written %i times', async (times) => {
    send = async (account, one) => {
      const sent = await sendMail(account, one)
      failures = times
      return sent
    }
    await mail.save(galina, id, daily)
    await pass(dayMs)
    expect(failures).toBe(0)
    expect(server.letters).toHaveLength(1)
    expect(await mailings()).toMatchObject([{ state: 'sent', attempts: 1, sentAtMs: Date.UTC(2026, 10, 21, 5), trouble: null }])
  })

  it('goes out once when its file cannot be removed', async () => {
    wedged = true
    await mail.save(galina, id, daily)
    await pass(dayMs)
    expect(server.letters).toHaveLength(1)
    expect(await mailings()).toMatchObject([{ state: 'sent', attempts: 1 }])
  })

  it('goes out once when somebody asks for it in the moment it goes', async () => {
    server.failing = 'disk full'
    await mail.save(galina, id, daily)
    await pass(Date.UTC(2026, 10, 21, 5) - rig.clock.nowMs())
    expect(await mailings()).toMatchObject([{ state: 'waiting', attempts: 1 }])
    server.failing = null
    const read = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    held = () => {
      read.resolve()
      return go.promise
    }
    const asked = mail.retry(galina, id)
    await read.promise
    await pass(60_000)
    expect(server.letters).toHaveLength(1)
    go.resolve()
    await asked
    await pass(60_000)
    expect(server.letters).toHaveLength(1)
    expect(await mailings()).toMatchObject([{ state: 'sent', attempts: 2 }])
  })

  it('that waits is dropped when its schedule is switched off, and is not brought by switching it on or asking', async () => {
    server.failing = 'disk full'
    await mail.save(galina, id, daily)
    await pass(dayMs)
    expect(await mailings()).toMatchObject([{ state: 'waiting' }])
    await mail.save(galina, id, { ...daily, recipients: ['boss@office.test'] })
    expect(await mailings()).toMatchObject([{ state: 'waiting' }])
    await mail.save(galina, id, { ...daily, active: false })
    server.failing = null
    await mail.save(galina, id, daily)
    await mail.retry(galina, id)
    await mail.idle()
    expect(server.letters).toHaveLength(0)
    expect(await mailings()).toMatchObject([{ state: 'dropped', nextAtMs: null }])
    await pass(dayMs)
    expect(server.letters).toHaveLength(1)
  })

  it('has who set it up, changed it, asked for it and ended it in the audit', async () => {
    const boris: User = { ...galina, id: 'boris', name: 'Boris' }
    await mail.save(galina, id, daily)
    await mail.save(boris, id, { ...daily, recipients: ['rival@elsewhere.test'] })
    await mail.retry(galina, id)
    await mail.remove(boris, id)
    await mail.remove(boris, id)
    const audit = await rig.store.db.selectFrom('audit').selectAll().where('subject', '=', id).execute()
    const entries = audit.map(({ actor_name, action, details }) => [actor_name, action, JSON.parse(details).recipients])
    expect(entries).toHaveLength(4)
    expect(entries).toEqual(
      expect.arrayContaining([
        ['Galina', 'mail.saveSchedule', daily.recipients],
        ['Boris', 'mail.saveSchedule', ['rival@elsewhere.test']],
        ['Galina', 'mail.sendNow', ['rival@elsewhere.test']],
        ['Boris', 'mail.removeSchedule', ['rival@elsewhere.test']],
      ]),
    )
  })

  it('is not sent while it rests, nor for what was due before its times were changed', async () => {
    await mail.save(galina, id, { ...daily, active: false })
    await pass(2 * dayMs)
    await mail.save(galina, id, daily)
    await mail.idle()
    expect(server.letters).toHaveLength(0)
    expect((await mail.all()).schedules[0]?.nextAtMs).toBe(Date.UTC(2026, 10, 23, 5))
    await mail.remove(galina, id)
    await pass(dayMs)
    expect(server.letters).toHaveLength(0)
  })

  it('leaves its latest letters known, and forgets those long past without sending them again', async () => {
    await mail.save(galina, id, daily)
    await mail.stop()
    const { db } = rig.store
    await db.updateTable('report_schedules').set({ counts_from_ms: 0 }).execute()
    const nowMs = rig.clock.nowMs()
    // It ran every morning of a hundred days; one letter of them still waits for a mail server.
    for (let back = 1; back <= 100; back++) {
      const due_at_ms = Date.UTC(2026, 10, 20, 5) - (back - 1) * dayMs
      const day = Number(new Date(due_at_ms - dayMs).toISOString().slice(0, 10).replaceAll('-', ''))
      const state = back === 90 ? ('waiting' as const) : ('sent' as const)
      await db
        .insertInto('report_mailings')
        .values({
          ...{ schedule_id: id, period: `day:${day}`, from_day: day, to_day: day, due_at_ms, state, attempts: 1 },
          ...{ next_at_ms: state === 'sent' ? null : nowMs + 100 * dayMs, sent_at_ms: due_at_ms, error: null },
        })
        .execute()
    }
    mail = make()
    await mail.start()
    await pass(dayMs)
    expect(server.letters).toHaveLength(1)
    const kept = await db.selectFrom('report_mailings').selectAll().orderBy('due_at_ms', 'desc').execute()
    expect(kept.map(({ state }) => state)).toEqual([...Array(keptMailings).fill('sent'), 'waiting'])
    expect(kept[0]?.from_day).toBe(20_261_120)
  })

  it('reaches the others when one address is refused, and says which', async () => {
    await mail.save(galina, id, { ...daily, recipients: ['boss@office.test', 'nobody@office.test'] })
    await pass(dayMs)
    expect(server.letters).toHaveLength(1)
    expect(await mailings()).toMatchObject([
      { state: 'sent', trouble: { problem: 'refused', detail: '', refused: ['nobody@office.test'] } },
    ])
  })

  it('is a PDF with the Cyrillic letters in it where that was chosen', async () => {
    await mail.save(galina, id, { ...daily, format: 'pdf' })
    await pass(dayMs)
    const { attachments } = await letter(0)
    const [file] = attachments
    expect(file?.mimeType).toBe('application/pdf')
    if (!(file?.content instanceof ArrayBuffer)) throw new Error('no attachment')
    const bytes = Buffer.from(file.content)
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    expect(bytes.includes('/FontFile2')).toBe(true)
    const [page = ''] = pdfText(bytes)
    expect(page).toContain('Часы и дни')
    expect(page).toContain('Всего')
  })

  it('waits for a mail server to be set', async () => {
    await rig.store.db.deleteFrom('settings').where('key', '=', 'mail').execute()
    await mail.save(galina, id, daily)
    await pass(dayMs)
    expect(await mail.all()).toMatchObject({
      canSend: false,
      schedules: [{ mailings: [{ state: 'waiting', trouble: { problem: 'notConfigured', refused: [] } }] }],
    })
  })
})
