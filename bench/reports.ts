/**
 * How fast reports are over years of calls, beside the same figures by hand-written SQL on the same database, and what the live side
 * feels of it. `npm run bench -- reports --calls=10000000 --keep=FILE` makes the record in FILE, or takes the one that is there;
 * `--only=reports|behind|calls|live` asks a part. `--postgres` asks a PostgreSQL of its own, `--cards` has a card of each answered
 * call of the last year too. `--days`, `--operators` and `--queues` make it another size than three years of 300 operators and 40 queues.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { pino } from 'pino'
import type { UserDirectory } from '../server/accounts/index.ts'
import { CardSums } from '../server/calls/index.ts'
import { systemClock } from '../server/clock.ts'
import { addDays, type ReportId, type User } from '../server/contract/index.ts'
import { CallList, LedgerReports, PostgresReader, ReadPool } from '../server/reports/index.ts'
import { momentsOf } from '../server/reports/queries/site-days.ts'
import type { ReportReader } from '../server/reports/readers/read-pool.ts'
import { siteDay } from '../server/site-time.ts'
import { databaseFile, Store } from '../server/store/index.ts'
import { startPostgres } from '../tests/support/databases.ts'
import { atMost, type Figure, forReference, percentile } from './figure.ts'
import {
  addCards,
  addCardsThere,
  cardStatements,
  type Filled,
  fillFile,
  fillPostgres,
  sizeOf,
  type Years,
} from './support/big-record.ts'
import { startLiveSide } from './support/live-side.ts'
import { weeksDays } from './support/repeated-past.ts'
import { type AskedDays, callsCases, listCases, type ReportCase, reportCases } from './support/report-cases.ts'

const timeZone = 'Europe/Moscow'
/** A Moscow midnight. */
const firstMs = Date.UTC(2023, 10, 19, 21)
const rounds = 20
const callRounds = 5
/** What `--only` may name. */
const parts = ['reports', 'behind', 'calls', 'live']
const dayMs = 86_400_000
/** Of a floor with 300 operators in a busy hour, several times over. */
const eventsPerS = 300
/** With reports, and before without. */
const lookedAtMs = 10_000
const mb = 2 ** 20

const supervisor: User = { id: 's', email: 's@bench', name: 'S', role: 'supervisor', extension: null, active: true }
const alwaysOpen = { all: () => ({ times: [], holidays: [] }) }
const nobody: UserDirectory = {
  all: () => [],
  byId: () => null,
  byExtension: () => null,
  extensionTimes: () => [],
  onChange: () => () => undefined,
}
const unnamed = { name: (number: string) => number, all: () => [], onChange: () => () => undefined }

export async function* run(options: readonly string[] = []): AsyncGenerator<Figure> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      calls: { type: 'string', default: '1000000' },
      days: { type: 'string', default: '1095' },
      operators: { type: 'string', default: '300' },
      queues: { type: 'string', default: '40' },
      keep: { type: 'string' },
      postgres: { type: 'boolean', default: false },
      cards: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  })
  if (values.only !== undefined && !parts.includes(values.only)) throw new Error(`--only is one of ${parts.join(', ')}`)
  const calls = Number(values.calls)
  // A report of any year has to fit.
  const copies = Math.max(14, Math.round(Number(values.days) / weeksDays))
  const size = { operators: Number(values.operators), queues: Number(values.queues) }
  const years: Years = { past: { seed: 7, calls: Math.round(calls / copies), ...size, fromMs: firstMs, timeZone }, copies }
  yield forReference('machine’s load before it', loadavg()[0] ?? 0, 'processes')
  yield forReference(`calls of ${copies * weeksDays} days, ${size.operators} operators, ${size.queues} queues`, calls, 'calls')
  const how = { years, withCards: values.cards, only: values.only }
  yield* values.postgres ? onPostgres(how) : onSqlite(how, values.keep)
  yield forReference('machine’s load after it', loadavg()[0] ?? 0, 'processes')
}

interface How {
  readonly years: Years
  readonly withCards: boolean
  /** The part that is asked; undefined: all. */
  readonly only: string | undefined
}

async function* onSqlite({ years, withCards, only }: How, keep: string | undefined): AsyncGenerator<Figure> {
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-reports-'))
  const recordFile = keep === undefined ? join(dataDir, 'reports.db') : resolve(keep)
  const store = new Store({ dataDir, clock: systemClock })
  try {
    await store.start()
    const filled = await fillFile(recordFile, years)
    if (filled) yield* fillFigures(filled)
    yield forReference('the record on disk', sizeOf(recordFile) / mb, 'MB')
    if (withCards) yield cardFigure(addCards({ appFile: databaseFile(dataDir), recordFile }, cardsOf(years)))
    const reader = new ReadPool({ recordFile, appFile: databaseFile(dataDir), clock: systemClock, deadlineMs: 120_000 })
    yield* ask({ reader, years, store, only })
  } finally {
    await store.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function* onPostgres({ years, withCards, only }: How): AsyncGenerator<Figure> {
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-reports-'))
  // A small server's memory, and room to fill it at once.
  const server = await startPostgres(['shared_buffers=512MB', 'maintenance_work_mem=256MB', 'max_wal_size=8GB'])
  const databaseUrl = `postgres://${server.user}:${server.password}@${server.host}:${server.port}/${server.database}`
  const store = new Store({ dataDir, databaseUrl, clock: systemClock })
  try {
    await store.start()
    const filled = await fillPostgres(databaseUrl, years)
    yield* fillFigures(filled)
    yield forReference('the published record on disk', filled.bytes / mb, 'MB')
    if (withCards) yield cardFigure(await addCardsThere(databaseUrl, cardsOf(years)))
    yield* ask({ reader: new PostgresReader({ databaseUrl, deadlineMs: 120_000 }), years, store, only })
  } finally {
    await store.stop()
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const cardFigure = (cards: number): Figure => forReference('cards of the last year’s answered calls', cards, 'cards')

const cardsOf = ({ copies, past }: Years): string[] =>
  cardStatements(
    firstMs + (copies * weeksDays - 365) * dayMs,
    Array.from({ length: past.operators }, (_, operator) => String(1_001 + operator)),
  )

function* fillFigures({ importedRows, importMs, fillMs, factsLeftOut }: Filled): Generator<Figure> {
  yield forReference(
    'import of the weeks that are repeated (its goal: bench import)',
    importedRows / (importMs / 1_000),
    'CDR rows/s',
  )
  yield forReference('filled in', fillMs / 1_000, 's')
  yield forReference('facts that no report reads, left out', factsLeftOut / mb, 'MB')
}

async function* ask({
  reader,
  years,
  store,
  only,
}: Pick<How, 'years' | 'only'> & { reader: ReportReader; store: Store }): AsyncGenerator<Figure> {
  const cardSums = new CardSums({ db: store.db, clock: systemClock, timeZone, logger: pino({ level: 'silent' }) })
  const begun = performance.now()
  await cardSums.start()
  await cardSums.idle()
  yield forReference('sums of cards, made of those there are', performance.now() - begun, 'ms')
  await sql`analyze card_sums`.execute(store.db)
  const reports = new LedgerReports({
    reader,
    users: nobody,
    queueNames: unnamed,
    workTimes: alwaysOpen,
    cardSums,
    clock: systemClock,
    timeZone,
  })
  try {
    const wanted = (part: string) => only === undefined || only === part
    if (wanted('reports')) for (const one of reportCases) yield* askReport({ reader, reports, years, ...one })
    if (wanted('behind')) yield* askBehind(reports, years)
    if (wanted('calls')) yield* askCalls(reader, years)
    if (wanted('live')) yield* besideLive(reports, years)
  } finally {
    await reader.stop()
  }
}

async function* askBehind(reports: LedgerReports, years: Years): AsyncGenerator<Figure> {
  for (const list of listCases) {
    const asked = { ...daysOf(years, { length: 365, round: 3 }), report: list.report, groupBy: list.groupBy, filter: {} }
    const page = (offset: number) =>
      reports.behind(supervisor, {
        ...asked,
        figure: list.figure,
        ...(list.row === undefined ? {} : { row: list.row }),
        offset,
        limit: 100,
      })
    const { total } = await page(0)
    const offset = Math.max(0, Math.floor(total * list.at) - (list.at === 1 ? 100 : 0))
    const took: number[] = []
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now()
      if ((await page(offset)).rows.length !== Math.min(100, total - offset)) throw new Error(`${list.name}: rows are missing`)
      took.push(performance.now() - begun)
    }
    yield atMost(`behind a year’s figure: ${list.name} of ${total}, p95`, percentile(took, 95), 'ms', 300)
  }
}

async function* askCalls(reader: ReportReader, years: Years): AsyncGenerator<Figure> {
  const list = new CallList({ ...{ reader, searcher: reader, users: nobody, queueNames: unnamed }, clock: systemClock, timeZone })
  for (const { name, days, filter, at, limitMs } of callsCases) {
    const { fromDay, toDay } = daysOf(years, { length: days, round: 0 })
    const page = (offset: number) => list.find(supervisor, { fromDay, toDay, filter, offset, limit: 100 })
    const { total } = await page(0)
    const took: number[] = []
    for (let round = 0; round < callRounds; round++) {
      const begun = performance.now()
      await page(Math.floor(total * at))
      took.push(performance.now() - begun)
    }
    yield atMost(`list of calls: ${name}, ${total} found, longest of ${callRounds}`, Math.max(...took), 'ms', limitMs)
  }
}

interface Times {
  readonly report: number[]
  readonly hand: number[]
  readonly reportCpu: number[]
  readonly handCpu: number[]
}

async function* askReport(
  by: ReportCase & { reader: ReportReader; reports: LedgerReports; years: Years },
): AsyncGenerator<Figure> {
  const { name, report, groupBy, hand, length, limitMs, reader, reports, years } = by
  const figures = shownOf(reports, report)
  const times: Times = { report: [], hand: [], reportCpu: [], handCpu: [] }
  const runReport = (asked: AskedDays) =>
    reports.run(supervisor, { report, groupBy, fromDay: asked.fromDay, toDay: asked.toDay, filter: {}, compare: false, figures })
  const runHand = (asked: AskedDays) => Promise.all(hand.map(({ sql, of }) => reader.rows({ sql, parameters: of(asked) })))
  // By the same threads, and each first in every second round, so that both meet the same machine; the first round only warms.
  for (let round = 0; round <= rounds; round++) {
    const asked = daysOf(years, { length, round })
    const timed = async <T>(work: () => Promise<T>, [into, cpuInto]: readonly [number[], number[]]): Promise<T> => {
      const begun = performance.now()
      const cpu = process.cpuUsage()
      const made = await work()
      const { user, system } = process.cpuUsage(cpu)
      if (round === 0) return made
      into.push(performance.now() - begun)
      cpuInto.push((user + system) / 1_000)
      return made
    }
    const byHand = () => timed(() => runHand(asked), [times.hand, times.handCpu])
    const first = round % 2 === 0 ? await byHand() : null
    const table = await timed(() => runReport(asked), [times.report, times.reportCpu])
    const rows = first ?? (await byHand())
    if (table.rows.length === 0 || table.rows.length < Math.max(...rows.map(({ length }) => length)))
      throw new Error(`${name}: fewer rows than by hand`)
  }
  yield atMost(`${name}: p95 of ${rounds}`, percentile(times.report, 95), 'ms', limitMs)
  yield forReference(`${name}: by hand, p95`, percentile(times.hand, 95), 'ms')
  // On a machine that others use: what it takes rather than how long it waits. Of PostgreSQL only what is done with its answers.
  yield forReference(`${name}: processor time here, median`, percentile(times.reportCpu, 50), 'ms')
  yield forReference(`${name}: processor time here by hand, median`, percentile(times.handCpu, 50), 'ms')
  yield forReference(
    `${name}: report and by hand, medians apart`,
    percentile(times.report, 50) - percentile(times.hand, 50),
    'ms',
  )
  yield atMost(`${name}: report to hand-written, medians`, percentile(times.report, 50) / percentile(times.hand, 50), '×', 1.2)
}

/** Events from Asterisk on their way into the live state of a process that runs reports of a year, and of one that runs none. */
async function* besideLive(reports: LedgerReports, years: Years): AsyncGenerator<Figure> {
  const live = await startLiveSide(eventsPerS)
  try {
    await new Promise((done) => setTimeout(done, lookedAtMs))
    const alone = live.takeDelays()
    let ran = 0
    const untilMs = performance.now() + lookedAtMs
    for (let round = 0; performance.now() < untilMs; round++) {
      const { fromDay, toDay } = daysOf(years, { length: 365, round })
      const days = { fromDay, toDay, filter: {}, compare: false }
      await Promise.all([
        reports.run(supervisor, { report: 'operators', groupBy: 'operator', ...days }),
        reports.run(supervisor, { report: 'queues', groupBy: 'queue', ...days }),
      ])
      ran += 2
    }
    const beside = live.takeDelays()
    yield forReference(
      `events from Asterisk, ${eventsPerS}/s, to the live state: p99 without a report`,
      percentile(alone, 99),
      'ms',
    )
    yield atMost(`the same while ${ran} reports of a year run, with every figure: p99`, percentile(beside, 99), 'ms', 50)
    yield forReference('the same, longest', percentile(beside, 100), 'ms')
  } finally {
    await live.stop()
  }
}

/** Periods all over the years; a day is the last one. */
function daysOf({ copies }: Years, { length, round }: { length: number; round: number }): AskedDays {
  const lastDay = siteDay(firstMs + copies * weeksDays * dayMs - 1, timeZone)
  const spare = copies * weeksDays - length
  const back = length === 1 ? 0 : Math.floor((spare * ((round * 7) % (rounds + 1))) / (rounds + 1))
  const toDay = addDays(lastDay, -back)
  const fromDay = addDays(toDay, 1 - length)
  return { fromDay, toDay, ...momentsOf({ fromDay, toDay }, timeZone) }
}

const shownOf = (reports: LedgerReports, id: ReportId): string[] =>
  reports.definitions(supervisor).reports.find((one) => one.id === id)?.shown ?? []
