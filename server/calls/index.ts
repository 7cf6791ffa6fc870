import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Db } from '../store/index.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { CallBackService } from './call-backs.ts'
import { CardService } from './card-service.ts'
import { CardStore } from './card-store.ts'
import { CustomerService } from './customers.ts'
import { readDictionaries } from './dictionaries.ts'
import { WrapUpPause } from './wrap-up-pause.ts'

export type { CallBackService } from './call-backs.ts'
export type { CardRecord } from './card-machine.ts'
export type { CardService } from './card-service.ts'
export { insertClosedCard } from './card-store.ts'
export { addCustomers, type CustomerService } from './customers.ts'
export { formatPhone, normalizePhone, phoneKey, setPhoneRegion } from './phone-numbers.ts'
export { wrapUpReason } from './wrap-up-pause.ts'

export interface CallsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly logger: Logger
}

/** Call cards, customers, call-backs. */
export interface Calls {
  readonly cards: CardService
  readonly customers: CustomerService
  readonly callBacks: CallBackService
  dictionaries(): ReturnType<typeof readDictionaries>
  /** Loads the open cards and follows Asterisk from here on. Start it before telephony connects. */
  start(): Promise<void>
  /** Finishes what is being written. */
  stop(): Promise<void>
  /** Resolves when everything seen so far has been dealt with. */
  idle(): Promise<void>
}

export function createCalls(deps: CallsDeps): Calls {
  const { db, clock, telephony, users, queueNames, logger } = deps
  const customers = new CustomerService({ db, users, queueNames })
  const pause = new WrapUpPause({ telephony, users, logger })
  const store = new CardStore({ db })
  const cards = new CardService({ clock, telephony, users, queueNames, logger, store, customers, pause })
  return {
    cards,
    customers,
    callBacks: new CallBackService({ db, clock, users }),
    dictionaries: () => readDictionaries(db),
    async start() {
      await cards.start()
      pause.start()
    },
    async idle() {
      await cards.idle()
      await pause.idle()
    },
    async stop() {
      pause.stop()
      await cards.stop()
    },
  }
}
