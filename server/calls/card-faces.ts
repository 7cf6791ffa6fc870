import type { Card, CardWriteResult } from '../contract/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { CardRecord } from './card-machine.ts'
import { type CardView, toCard } from './card-store.ts'
import type { CustomerPop, CustomerService } from './customers.ts'

/** An open card in memory: the record is on disk from answer or the first draft on. */
export interface OpenCard {
  record: CardRecord
  pop: CustomerPop
  /** The row exists, or has to: a ringing card that nobody touched needs none. */
  stored: boolean
  cancelTimer: Disposer
  /** As last handed out; the same object until something changes. */
  card: Card
}

/** Cards as people see them: the record with the customer it is about, as far as known. */
export class CardFaces {
  readonly #deps: { customers: CustomerService; view: CardView }

  constructor(deps: { customers: CustomerService; view: CardView }) {
    this.#deps = deps
  }

  async pop(record: CardRecord): Promise<CustomerPop> {
    const { number, customerId, customerSource, callId } = record
    const nobody = customerSource === 'nobody'
    const pop = await this.#deps.customers.pop({ number, customerId, nobody, exceptCallId: callId })
    return pop.match === 'chosen' && customerSource === 'number' ? { ...pop, match: 'sure' } : pop
  }

  card(record: CardRecord, { match, customer, candidates, contacts }: CustomerPop): Card {
    return toCard(record, { customer, customerMatch: match, candidates, contacts }, this.#deps.view)
  }

  async closed(record: CardRecord): Promise<Card> {
    return this.card(record, await this.pop(record))
  }

  open(record: CardRecord, pop: CustomerPop): OpenCard {
    return { record, pop, stored: true, cancelTimer: () => undefined, card: this.card(record, pop) }
  }

  /** An answer of before, with the contacts as they are now. */
  async again({ card, clashes }: CardWriteResult): Promise<CardWriteResult> {
    const { number, callId, customer } = card
    const pop = await this.#deps.customers.pop({ number, customerId: customer?.id ?? null, exceptCallId: callId })
    return { card: { ...card, contacts: pop.contacts }, clashes }
  }
}
