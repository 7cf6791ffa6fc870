import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { openSecretBox, Sessions, SignInLimiter, Users } from '../accounts/index.ts'
import { ManualClock } from '../clock.ts'
import type { everyRole, LiveChange, LiveView, Role, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { LiveBoard } from '../live/live-board.ts'
import { ConnectionSettings, RecordingRules, StoredQueueNames, SurveyedQueues } from '../settings/index.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import type { PbxFile } from '../telephony/pbx-file.ts'
import { emptyPbxState } from '../telephony/pbx-state.ts'
import type { OriginateRequest, Telephony } from '../telephony/telephony.ts'
import { createWallboards, type Wallboards } from '../wallboard/index.ts'
import { createHttp } from './create-http.ts'
import type { Handlers } from './handler.ts'
import { healthHandlers } from './handlers/health.ts'
import { phoneHandlers } from './handlers/phone.ts'
import { sessionHandlers } from './handlers/session.ts'
import { settingsHandlers } from './handlers/settings.ts'
import { userHandlers } from './handlers/users.ts'
import type { ExportTickets } from './serve-exports.ts'
import type { RecordingTickets } from './serve-recordings.ts'

/** For tests: the HTTP side on a real store in a folder of its own, with Asterisk and the live board scripted. */
export const password = 'correct horse'

export const demoPbx: PbxFile = {
  host: '127.0.0.1',
  amiPort: 15038,
  amiUser: 'callsync',
  amiSecret: 'ami-secret',
  ariUser: 'callsync',
  ariSecret: 'ari-secret',
  httpPort: 18088,
  sipPort: 15060,
  socketUrl: 'ws://127.0.0.1:18088/ws',
  sipDomain: 'pbx.test',
  recordingsDir: '/nowhere',
  logDir: '/nowhere',
  extensions: [{ extension: '1001', sipPassword: 'sip-of-1001' }],
  queues: [{ number: '701' }, { number: '702' }],
}

/** A board whose changes the test makes; what each reader gets is as the test says. */
export class ScriptedBoard implements LiveBoard {
  readonly #listeners = new Map<(changes: readonly LiveChange[]) => void, User>()
  /** The view and the changes each reader may see; by default all see the same. */
  filter = (_: User, changes: readonly LiveChange[]): readonly LiveChange[] => changes
  viewFor = (_: User): LiveView => ({
    pbx: { state: 'up', problem: null, sinceMs: 1 },
    servers: [],
    operators: [],
    calls: [],
    queues: [],
    cards: [],
    floor: null,
  })
  start(): void {}
  stop(): void {}
  subscribe(user: User, listener: (changes: readonly LiveChange[]) => void) {
    this.#listeners.set(listener, user)
    return () => this.#listeners.delete(listener)
  }
  tell(...changes: LiveChange[]): void {
    for (const [listener, user] of this.#listeners) {
      const visible = this.filter(user, changes)
      if (visible.length > 0) listener(visible)
    }
  }
  get readers(): number {
    return this.#listeners.size
  }
}

/** Fails with `conflict` where the real handler would begin: the request came through guard and validation. */
const reached = async (): Promise<never> => {
  throw new AppError('conflict', 'reached')
}
const otherHandlers = {
  card: reached,
  history: reached,
  writeDraft: reached,
  saveCard: reached,
  extendWrapUp: reached,
  callBacks: reached,
  reminders: reached,
  createCallBack: reached,
  updateCallBack: reached,
  takeCallBack: reached,
  returnCallBack: reached,
  completeCallBack: reached,
  assignCallBack: reached,
  missedCalls: reached,
  takeMissedCall: reached,
  returnMissedCall: reached,
  completeMissedCalls: reached,
  callPage: reached,
  pastCall: reached,
  listen: reached,
  listenToCall: reached,
  mailSettings: reached,
  saveMailSettings: reached,
  testMail: reached,
  reportSchedules: reached,
  saveReportSchedule: reached,
  deleteReportSchedule: reached,
  retryReportMailing: reached,
  startExport: reached,
  exportState: reached,
  cancelExport: reached,
  myDay: reached,
  pauseReasons: reached,
  savePauseReasons: reached,
  dictionaries: reached,
  chooseCustomer: reached,
  incompleteCards: reached,
  cardSetup: reached,
  saveCardSetup: reached,
  noteTemplates: reached,
  putNoteTemplate: reached,
  deleteNoteTemplate: reached,
  createCustomer: reached,
  changeCustomer: reached,
  mergeCustomers: reached,
  undoMerge: reached,
  searchCustomers: reached,
  customer: reached,
  calls: reached,
  findCalls: reached,
  reportDefinitions: reached,
  runReport: reached,
  behindFigure: reached,
  recordSources: reached,
  addRecordSource: reached,
  changeRecordSource: reached,
  removeRecordSource: reached,
  testRecordSource: reached,
  importAnew: reached,
  queueRules: reached,
  saveQueueRule: reached,
  removeQueueRule: reached,
  workTimes: reached,
  saveWorkTime: reached,
  removeWorkTime: reached,
  saveHoliday: reached,
  removeHoliday: reached,
  importState: reached,
  ownDialogs: reached,
  startConference: reached,
  addToConference: reached,
  removeFromConference: reached,
  endConference: reached,
  setRecording: reached,
  transferCall: reached,
  giveUpCall: reached,
  loadOfDay: reached,
  alarmLog: reached,
  auditLog: reached,
  acknowledgeAlarm: reached,
  alarmThresholds: reached,
  saveAlarmThresholds: reached,
  announcements: reached,
  saveAnnouncements: reached,
  announcementState: reached,
  playAnnouncement: reached,
  stopAnnouncement: reached,
  setQueueMembership: reached,
  reportQuality: reached,
  operatorQueues: reached,
  setOperatorQueues: reached,
  callMedia: reached,
  spy: reached,
  setSpyMode: reached,
  takeOver: reached,
  endSpying: reached,
  pauseOperator: reached,
  setOperatorMembership: reached,
  endCall: reached,
  linkGaps: reached,
  journey: reached,
  moveCaller: reached,
  sendMessage: reached,
  messages: reached,
  readMessages: reached,
  supervisionRights: reached,
  privateListeners: reached,
  setPrivateListener: reached,
  wallboards: reached,
  createWallboard: reached,
  changeWallboard: reached,
  renewWallboard: reached,
  revokeWallboard: reached,
} satisfies Partial<Handlers>

export interface Fixture {
  readonly app: FastifyInstance
  readonly clock: ManualClock
  readonly store: Store
  readonly users: Users
  readonly sessions: Sessions
  readonly connection: ConnectionSettings
  readonly board: ScriptedBoard
  readonly wallboards: Wallboards
  readonly people: Readonly<Record<Role, User>>
  readonly tokens: Readonly<Record<Role, string>>
  readonly dataDir: string
  /** What Asterisk was asked. */
  readonly paused: { endpoint: string; paused: boolean; reason: string | null }[]
  readonly originated: OriginateRequest[]
  /** People with a card in wrap-up. */
  readonly wrapUp: Set<string>
  readonly logLines: string[]
  stop(): Promise<void>
}

export interface FixtureOptions {
  readonly demo?: PbxFile | null
  readonly handlers?: Partial<Handlers>
  readonly staticDir?: string
  readonly recordings?: RecordingTickets
  readonly exports?: ExportTickets
}

export async function startFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-http-'))
  const clock = new ManualClock()
  const store = new Store({ dataDir, ...(await testDatabase(dataDir)), clock })
  await store.start()
  const { db } = store
  const box = await openSecretBox({ db, dataDir, secretKey: null, nowMs: clock.nowMs() })
  const sessions = new Sessions({ db, clock })
  const users = new Users({ store, clock, box, sessions })
  await users.start()
  const connection = new ConnectionSettings({ db, clock, box, demo: options.demo === undefined ? demoPbx : options.demo })
  await connection.start()
  const queueNames = new StoredQueueNames({ db, clock })
  await queueNames.start()
  const recordingRules = new RecordingRules({ db, clock })
  await recordingRules.start()
  const surveyed = new SurveyedQueues({ db, clock })

  const paused: Fixture['paused'] = []
  const originated: OriginateRequest[] = []
  const wrapUp = new Set<string>()
  const telephony: Telephony = {
    commands: {
      pauseMember: async (request) => void paused.push(request),
      originate: async (request) => void originated.push(request),
      redirect: async () => undefined,
      transfer: async () => undefined,
      hangUp: async () => undefined,
      setVariable: async () => undefined,
      variable: async () => '',
      globalVariable: async () => '',
      muteRecording: async () => undefined,
      addMember: async () => undefined,
      removeMember: async () => undefined,
    },
    state: () => emptyPbxState,
    channels: () => new Map(),
    status: () => ({ state: 'up', problem: null, sinceMs: 1 }),
    onChange: () => () => {},
    onStatus: () => () => {},
    onEvents: () => () => {},
    stop: async () => {},
  }
  const logLines: string[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(line) })
  const board = new ScriptedBoard()
  const wallboards = createWallboards({ db, board, clock, logger, timeZone: 'Europe/Moscow' })
  await wallboards.start()
  const limiter = new SignInLimiter({ clock })
  const serverVersion = '0.0.0-test'
  const app = await createHttp({
    handlers: {
      ...healthHandlers({ serverVersion, connection }),
      ...sessionHandlers({ users, sessions, limiter, connection, serverVersion, phoneRegion: 'KZ' }),
      ...userHandlers({ users, connection }),
      ...settingsHandlers({
        connection,
        queueNames,
        recordingRules,
        surveyed,
        telephony,
        testConnection: async () => ({ checks: [], endpoints: [], queues: [] }),
      }),
      ...phoneHandlers({
        users,
        connection,
        telephony,
        calls: { cards: { inWrapUp: (userId) => wrapUp.has(userId) } },
        demoCaller: async () => ({ number: '+74950000001', name: 'Demo' }),
      }),
      ...otherHandlers,
      ...options.handlers,
    },
    sessions,
    users,
    board,
    screens: wallboards.screens,
    clock,
    logger,
    allowedOrigins: ['https://crm.test'],
    trustedProxies: [],
    exports: options.exports ?? { open: () => null },
    recordings: options.recordings ?? { open: async () => null },
    staticDir: options.staticDir ?? join(dataDir, 'nothing-built'),
    updatesDir: join(dataDir, 'updates'),
    serverVersion,
    sipSocketUrls: () => connection.socketUrls(),
  })
  await app.ready()

  const person = (role: Role, extension: string | null) =>
    users.create({ email: `${role}@test.callsync`, name: role, role, password, extension, sipPassword: null })
  const people = {
    operator: await person('operator', '1001'),
    supervisor: await person('supervisor', '1004'),
    administrator: await person('administrator', null),
  }
  const tokens = {
    operator: await sessions.create(people.operator.id),
    supervisor: await sessions.create(people.supervisor.id),
    administrator: await sessions.create(people.administrator.id),
  } satisfies Record<(typeof everyRole)[number], string>

  return {
    app,
    clock,
    store,
    users,
    sessions,
    connection,
    board,
    wallboards,
    people,
    tokens,
    dataDir,
    paused,
    originated,
    wrapUp,
    logLines,
    stop: async () => {
      await app.close()
      await wallboards.stop()
      await store.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
