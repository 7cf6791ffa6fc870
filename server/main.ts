import { randomUUID } from 'node:crypto'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { createFirstAdministrator, openSecretBox, Sessions, SignInLimiter, Users } from './accounts/index.ts'
import { AuditTrail, writeAudit } from './audit/index.ts'
import { createCallControl } from './call-control/index.ts'
import { createCalls, setPhoneRegion } from './calls/index.ts'
import { systemClock as clock } from './clock.ts'
import { readConfig } from './config.ts'
import { firstServer } from './contract/index.ts'
import { randomDemoCaller, seedDemo } from './demo/index.ts'
import { StartError } from './errors.ts'
import { createFloor, type FloorService } from './floor/index.ts'
import { createHandlers, createHttp, listen } from './http/index.ts'
import { createLiveBoard, Journeys } from './live/index.ts'
import { createLogger } from './logger.ts'
import { MailAccounts, ReportMail, sendMail } from './mail/index.ts'
import { Recordings } from './recordings/index.ts'
import {
  AmiRecords,
  afterUpgrade,
  CallList,
  createReports,
  demoRecordFolder,
  Exports,
  foundFiles,
  Importer,
  importSetup,
  LedgerReports,
  LinkGaps,
  MissedWatch,
  PastCalls,
  PostgresReader,
  ReadPool,
  ReportFiles,
  ReportRecord,
  readerDb,
  recordFile,
  TodayVisits,
} from './reports/index.ts'
import {
  ConnectionSettings,
  PauseReasons,
  QueueRules,
  RecordingRules,
  RecordSources,
  StoredQueueNames,
  SurveyedQueues,
  WorkTimes,
} from './settings/index.ts'
import { databaseFile, Store } from './store/index.ts'
import { createSupervision } from './supervision/index.ts'
import { createSeveralTelephony, createTelephony, createTestConnection } from './telephony/index.ts'
import { type PbxFile, readPbxFile } from './telephony/pbx-file.ts'
import { serverVersion } from './version.ts'
import { createWallboards } from './wallboard/index.ts'

/** What has to be undone at the end, in the order it was done. */
const undo: (() => void | Promise<void>)[] = []

async function start(): Promise<string> {
  const config = readConfig(process.env)
  const { dataDir, databaseUrl, secretKey } = config
  setPhoneRegion(config.phoneRegion)
  const logger = createLogger(config.logLevel)
  const demo = config.pbxFile === null ? null : readDemoPbx(config.pbxFile)

  const store = new Store({
    dataDir,
    databaseUrl,
    clock,
    onWaiting: () => logger.warn('The database is still held by the session of another CallSync server; waiting for its end'),
    onJournalStays: (error) =>
      logger.warn({ err: error }, 'The journal of callsync.db cannot be moved into it; it grows until that succeeds'),
  })
  await store.start()
  undo.push(() => store.stop())
  const { db, eventDb } = store

  const box = await openSecretBox({ db, dataDir, secretKey, nowMs: clock.nowMs() })
  const sessions = new Sessions({ db, clock })
  const users = new Users({ store, clock, box, sessions })
  await users.start()

  const connection = new ConnectionSettings({ db, clock, box, demo })
  await connection.start()
  const queueNames = new StoredQueueNames({ db, clock, servers: connection })
  await queueNames.start()
  const recordingRules = new RecordingRules({ db, clock })
  await recordingRules.start()
  const surveyed = new SurveyedQueues({ db, clock })
  await surveyed.start()

  const logDir = () => connection.demo()?.logDir ?? null
  const recordSources = new RecordSources({ db, clock, box, dataDir, found: () => foundFiles(logDir()) })
  await recordSources.start()
  const queueRules = new QueueRules({ db, clock, timeZone: config.timeZone })
  await queueRules.start()
  const workTimes = new WorkTimes({ db, clock, timeZone: config.timeZone })
  await workTimes.start()

  const telephony = createSeveralTelephony({
    create: (server) =>
      createTelephony({ clock, random: Math.random, logger: server === firstServer ? logger : logger.child({ server }) }),
    clock,
    logger,
  })
  undo.push(() => telephony.stop())

  const record = recordFile(dataDir)
  const appFile = databaseUrl === null ? databaseFile(dataDir) : null
  const readers = { recordFile: record, appFile, clock, onDamage: () => importer.damageMet() }
  // Of its own: looking for a call does not wait for reports. PostgreSQL holds nobody up.
  const searcher = new ReadPool({ ...readers, size: 1 })
  undo.push(() => searcher.stop())
  const searchDb = databaseUrl === null ? readerDb(searcher) : db
  const misses = new MissedWatch({ clock, telephony, users, rules: () => queueRules.dated() })
  const calls = createCalls({
    ...{ db, eventDb, searchDb, clock, telephony, users, queueNames, misses, logger },
    record: { read: (callId) => pastCalls.read(callId) },
    timeZone: config.timeZone,
  })
  const reports = createReports({ db: eventDb, clock, telephony, users, queueNames, logger })
  const { queueRights } = calls
  const importer = new Importer({
    setup: () =>
      importSetup({
        ...config,
        recordFile: record,
        generation: recordSources.generation(),
        saved: recordSources.all(),
        otherServers: connection.others().map(({ id }) => id),
        removedServers: connection.removed(),
        rules: queueRules.dated(),
        workTimes: workTimes.all(),
        logDir: logDir(),
        people: users
          .all()
          .map(({ id, name }) => ({ name, formerNames: users.formerNames(id), times: users.extensionTimes(id) })),
        queues: queueNames.all().map(({ number }) => number),
      }),
    clock,
    logger,
  })
  const amiRecord = new AmiRecords({
    dataDir,
    telephony,
    servers: connection,
    clock,
    logger,
    queueLines: (server) => recordSources.all().some((source) => source.place.store === 'events' && source.server === server),
  })
  const upgrading = () => importer.upgrading()
  const recordReader = afterUpgrade(new ReadPool(readers), upgrading)
  undo.push(() => recordReader.stop())
  const reader = databaseUrl === null ? recordReader : afterUpgrade(new PostgresReader({ databaseUrl }), upgrading)
  undo.push(() => reader.stop())
  const pastCalls = new PastCalls({
    reader: databaseUrl === null ? afterUpgrade(searcher, upgrading) : reader,
    users,
    queueNames,
  })
  const ledgerReports = new LedgerReports({
    ...{ reader, users, queueNames, workTimes, clock },
    cardSums: calls.cardSums,
    timeZone: config.timeZone,
  })
  const callSearcher = afterUpgrade(
    databaseUrl === null ? new ReadPool({ ...readers, size: 1 }) : new PostgresReader({ databaseUrl, size: 1 }),
    upgrading,
  )
  undo.push(() => callSearcher.stop())
  const callList = new CallList({ reader, searcher: callSearcher, users, queueNames, clock, timeZone: config.timeZone })
  const pauseReasons = new PauseReasons({ db, clock })
  const files = new ReportFiles({
    ...config,
    reports: ledgerReports,
    callList,
    users,
    queueNames,
    dictionaries: () => calls.setups.dictionaries(),
    extraFields: () => calls.setups.current().setup.extraFields,
    pauseReasons: () => pauseReasons.all(),
  })
  const exports = new Exports({
    ...readers,
    databaseUrl,
    folder: join(dataDir, 'exports'),
    files,
    isUpgrading: upgrading,
    audit: (user, details) =>
      writeAudit(db, {
        ...{ id: randomUUID(), user, atMs: clock.nowMs() },
        action: 'report.export',
        ...{ subject: details.kind, details },
      }),
    logger,
  })
  exports.start()
  undo.push(() => exports.stop())
  const mailAccounts = new MailAccounts({ db, clock, box })
  const reportMail = new ReportMail({
    ...config,
    db,
    clock,
    accounts: mailAccounts,
    exports,
    send: sendMail,
    recordReadAtMs: () => importer.progress().caughtUpAtMs,
    logger,
  })
  const linkGaps = new LinkGaps({
    reader,
    fill: (rows) => reports.fill(rows),
    recordReadAtMs: () => importer.progress().caughtUpAtMs,
    telephony,
    users,
    clock,
    logger,
  })
  const callControl = createCallControl({
    ...{ db, eventDb, clock, telephony, users, recordingRules, surveyed, queueRights, logger },
    random: Math.random,
  })
  const supervision = createSupervision({
    db,
    clock,
    telephony,
    users,
    cards: calls.cards,
    setQueueMembership: (user, request) => callControl.setQueueMembership(user, request),
    random: Math.random,
    logger,
  })
  const recordings = new Recordings({
    db,
    clock,
    users,
    folders: () => [config.recordingsDir, connection.demo()?.recordingsDir].flatMap((folder) => folder ?? []),
  })
  const visits = new TodayVisits({
    reader,
    telephony,
    queueNames,
    rules: () => queueRules.dated(),
    workTimes,
    recordReadAtMs: () => importer.progress().caughtUpAtMs,
    clock,
    timeZone: config.timeZone,
    logger,
  })
  const board = createLiveBoard({
    telephony,
    users,
    queueNames,
    recordingRules,
    queueRights,
    missedRuns: calls.missedRuns,
    cards: calls.cards,
    customers: calls.customers,
    workNews: calls.workNews,
    messages: { onSent: (listener) => supervision.onMessage(listener) },
    servers: connection,
    // It judges what the board has.
    floor: { state: () => floor.state(), onChange: (listener) => floor.onChange(listener) },
    clock,
    logger,
  })

  const wallboards = createWallboards({ ...config, db, board, clock, logger })
  const floor: FloorService = createFloor({
    ...{ db, clock, visits, board, logger },
    timeZone: config.timeZone,
    pbx: (server) => telephony.status(server),
  })
  const journeys = new Journeys({ telephony, users, queueNames, clock })

  if (connection.demo()) {
    const recordFolder = config.demoRecord ? demoRecordFolder(dataDir) : null
    await seedDemo({ db, clock, users, queueNames, pbx: connection.demo(), recordFolder })
  }
  const firstPassword = await createFirstAdministrator({ users, dataDir })
  if (firstPassword !== null)
    logger.info({ path: firstPassword }, 'First administrator made: e-mail and password are in this file')

  amiRecord.start()
  undo.push(() => amiRecord.stop())
  undo.push(() => importer.stop())
  await importer.start()
  misses.start()
  undo.push(() => misses.stop())
  await calls.start()
  undo.push(() => calls.stop())
  callControl.start()
  undo.push(() => callControl.stop())
  await supervision.start()
  undo.push(() => supervision.stop())
  undo.push(reports.onCallEnded((call, from) => calls.callEnded(call, from)))
  await reportMail.start()
  undo.push(() => reportMail.stop())
  await reports.start()
  undo.push(() => reports.stop())
  linkGaps.start()
  undo.push(() => linkGaps.stop())
  visits.start()
  undo.push(() => visits.stop())
  board.start()
  undo.push(() => board.stop())
  await floor.start()
  undo.push(() => floor.stop())
  await wallboards.start()
  undo.push(() => wallboards.stop())
  journeys.start()
  undo.push(() => journeys.stop())

  const limiter = new SignInLimiter({ clock })
  const testConnection = createTestConnection({ clock })
  const app = await createHttp({
    ...config,
    handlers: createHandlers({
      users,
      sessions,
      limiter,
      connection,
      queueNames,
      recordingRules,
      surveyed,
      telephony,
      testConnection,
      calls,
      callControl,
      supervision,
      journeys,
      linkGaps,
      wallboards,
      floor,
      visits,
      reports,
      callList,
      ledgerReports,
      record: new ReportRecord({
        publishedShare: () => importer.progress().publishedShare,
        reader: recordReader,
        clock,
        timeZone: config.timeZone,
        saved: () => recordSources.all(),
        logDir,
        pbxIsUp: (server) => telephony.status(server).state === 'up',
      }),
      recordSources,
      queueRules,
      workTimes,
      exports,
      mailAccounts,
      reportMail,
      sendMail,
      recordings,
      pauseReasons,
      auditTrail: new AuditTrail({ db, clock, users, queueNames, timeZone: config.timeZone }),
      demoCaller: () => randomDemoCaller({ db, random: Math.random }),
      serverVersion,
      phoneRegion: config.phoneRegion,
    }),
    sessions,
    users,
    board,
    screens: wallboards.screens,
    recordings,
    exports,
    clock,
    logger,
    serverVersion,
    updatesDir: join(dataDir, 'updates'),
    sipSocketUrls: () => connection.socketUrls(),
  })
  undo.push(() => app.close())
  const url = await listen(app, config)

  undo.push(connection.onChange((current, server) => telephony.use(server, current?.account ?? null)))
  for (const source of [connection, users, queueNames, recordSources, queueRules, workTimes])
    undo.push(source.onChange(() => importer.settingsChanged()))
  // Its last calls may never have been told over: the process ended, or nothing was heard of it before it was removed.
  for (const id of connection.removed()) telephony.use(id, null)
  for (const { id } of connection.servers()) telephony.use(id, connection.current(id)?.account ?? null)

  logger.info({ url, dataDir, pbx: connection.current()?.source ?? 'none', version: serverVersion }, 'CallSync Central is ready')
  return url
}

function readDemoPbx(path: string): PbxFile {
  try {
    return readPbxFile(path)
  } catch (cause) {
    throw new StartError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

let stopping: Promise<void> | null = null
/** Undoes everything once, the last first; what fails is said and does not keep the rest from ending. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const step of undo.reverse()) {
      try {
        await step()
      } catch (error) {
        console.error(error)
        process.exitCode = 1
      }
    }
  })()
  return stopping
}

/** Longest wait for answers under way and for Asterisk's goodbye. */
const stopLimitMs = 10_000
function exit(): void {
  setTimeout(() => {
    console.error(`CallSync Central did not end within ${stopLimitMs / 1_000} s and was broken off. What was saved is kept.`)
    process.exit(1)
  }, stopLimitMs).unref()
  void stop().then(() => process.exit())
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) process.on(signal, exit)

try {
  const url = await start()
  process.send?.({ type: 'ready', url })
  // Otherwise written only by a clean end.
  flushCompileCache()
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exitCode = 1
  exit()
}
