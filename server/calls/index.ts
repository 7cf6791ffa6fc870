import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Db } from '../store/index.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { CallBackService } from './call-backs.ts'
import { CallPages, type CallPagesDeps } from './call-page.ts'
import { CardService } from './card-service.ts'
import { CardSetups } from './card-setup.ts'
import { CardStore } from './card-store.ts'
import { CardSums } from './card-sums.ts'
import { CustomerWrites } from './customer-writes.ts'
import { CustomerService } from './customers.ts'
import { DayService } from './day-figures.ts'
import { CallHistory } from './history.ts'
import { type EndedCall, MissedCallService, type SeenMisses } from './missed-calls.ts'
import { MissedRuns } from './missed-runs.ts'
import { NoteTemplates } from './note-templates.ts'
import { QueueRights } from './queue-rights.ts'
import { WorkNews } from './work-access.ts'
import { WorkClosing } from './work-closing.ts'
import { WrapUpPause } from './wrap-up-pause.ts'

export type { CallView, HeardPart, RecordedCall } from './call-page.ts'
export type { CardRecord } from './card-machine.ts'
export type { CardService } from './card-service.ts'
export type { CardSetups } from './card-setup.ts'
export { insertClosedCard } from './card-store.ts'
export { CardSums } from './card-sums.ts'
export { addCustomers, type CustomerService, searchDigits } from './customers.ts'
export { containsPattern, foldText } from './fold-text.ts'
export { heardOutcome } from './heard-outcome.ts'
export type { EndedCall, SeenMiss, SeenMisses } from './missed-calls.ts'
export { extensionOf, setPause } from './own-pause.ts'
export { formatPhone, normalizePhone, phoneKey, setPhoneRegion } from './phone-numbers.ts'
export type { QueueRights } from './queue-rights.ts'
export { reachedSince } from './reached-since.ts'
export type { WorkNews } from './work-access.ts'
export { wrapUpReason } from './wrap-up-pause.ts'

export interface CallsDeps {
  readonly db: Db
  /** `Store.eventDb`: the same, for the steps that cards take by calls. */
  readonly eventDb: Db
  /** Reads the same, without holding others up: for what may go through every card there is. */
  readonly searchDb: Db
  readonly clock: Clock
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly misses: SeenMisses
  /** The PBX's own record of calls. */
  readonly record: CallPagesDeps['record']
  readonly logger: Logger
  /** IANA name of the zone the site's day is in. */
  readonly timeZone: string
}

/** Call cards with their forms, customers, and the work that follows from calls. */
export interface Calls {
  readonly cards: CardService
  readonly cardSums: CardSums
  readonly customers: CustomerService
  readonly customerWrites: CustomerWrites
  readonly callBacks: CallBackService
  readonly missedCalls: MissedCallService
  readonly missedRuns: MissedRuns
  readonly history: CallHistory
  readonly pages: CallPages
  readonly day: DayService
  /** Call-backs or missed calls have changed. */
  readonly workNews: WorkNews
  /** The ledger has closed a call; `record`: one nobody here saw to its end, from the PBX's own record. */
  callEnded(call: EndedCall, from: 'asterisk' | 'record'): void
  /** Which queues an operator may work in. */
  readonly queueRights: QueueRights
  readonly setups: CardSetups
  readonly templates: NoteTemplates
  /** Loads the open cards and follows Asterisk from here on. Start it before telephony connects. */
  start(): Promise<void>
  /** Finishes what is being written. */
  stop(): Promise<void>
  /** Resolves when everything seen so far has been dealt with. */
  idle(): Promise<void>
}

export function createCalls(deps: CallsDeps): Calls {
  const { db, eventDb, searchDb, clock, telephony, users, queueNames, misses, record, logger, timeZone } = deps
  const customers = new CustomerService({ db, users, queueNames })
  const pause = new WrapUpPause({ telephony, users, logger })
  const cardSums = new CardSums({ db, clock, timeZone, logger })
  const store = new CardStore({ db, eventDb, sums: cardSums })
  const setups = new CardSetups({ db, clock })
  const cards = new CardService({ clock, telephony, users, queueNames, logger, store, customers, pause, setups })
  const queueRights = new QueueRights({ db, clock, uuid: randomUUID, users })
  const news = new WorkNews({ telephony, queueRights })
  const missedCalls = new MissedCallService({ db, clock, users, telephony, queueRights, queueNames, news, misses })
  const missedRuns = new MissedRuns({ db, clock, cards, logger })
  const closing = new WorkClosing({ db, clock, cards, missed: missedCalls, news, logger })
  queueRights.onChange((operatorId) => news.tell({ operatorIds: [operatorId], queues: [] }))
  return {
    cards,
    cardSums,
    customers,
    customerWrites: new CustomerWrites({
      db,
      clock,
      uuid: randomUUID,
      customers,
      betweenSteps: (work) => cards.betweenSteps(work),
    }),
    callBacks: new CallBackService({ db, clock, users, telephony, queueRights, queueNames, news, missed: missedCalls }),
    missedCalls,
    missedRuns,
    history: new CallHistory({ db, searchDb, users, queueNames, setups, clock, timeZone }),
    pages: new CallPages({ db, users, queueNames, cards, record }),
    day: new DayService({ db, clock, users, timeZone }),
    workNews: news,
    callEnded: (call, from) => closing.callEnded(call, from),
    queueRights,
    setups,
    templates: new NoteTemplates({ db, clock }),
    async start() {
      await queueRights.start()
      await setups.start()
      await closing.start()
      await missedRuns.start()
      await cards.start()
      await cardSums.start()
      pause.start()
    },
    async idle() {
      await cards.idle()
      await pause.idle()
      await closing.idle()
      await missedRuns.idle()
    },
    async stop() {
      pause.stop()
      await cardSums.stop()
      await cards.stop()
      await closing.stop()
      await missedRuns.stop()
    },
  }
}
