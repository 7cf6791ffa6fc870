import type { OpenCard } from './card-faces.ts'
import { type CardEvent, type CardRecord, handedOver } from './card-machine.ts'
import type { CardStore } from './card-store.ts'

interface CardHandoverDeps {
  readonly store: CardStore
  /** By id. */
  readonly open: ReadonlyMap<string, OpenCard>
  readonly apply: (open: OpenCard, event: CardEvent) => Promise<void>
}

/** What goes from one operator's card to the next one's when a call is handed on. */
export class CardHandover {
  readonly #deps: CardHandoverDeps

  constructor(deps: CardHandoverDeps) {
    this.#deps = deps
  }

  /** The call came from another operator, perhaps under another id: the card begins with what was written there. */
  async inherit(to: OpenCard, callId = to.record.callId): Promise<void> {
    const { id } = to.record
    const stored = await this.#deps.store.answeredParts(callId)
    const parts = stored.map((part) => this.#deps.open.get(part.id)?.record ?? part)
    const earlier = parts.find((part) => part.id !== id && part.direction !== 'internal')
    if (earlier) await this.#handOver(earlier, to)
  }

  /** Whoever has taken the call over sees what is still being written about it. */
  async passOn(record: CardRecord): Promise<void> {
    for (const open of this.#deps.open.values()) {
      if (open.record.handover?.cardId === record.id) await this.#handOver(record, open)
    }
  }

  #handOver({ id, operatorId, operatorName, fields }: CardRecord, to: OpenCard): Promise<void> {
    const handover = { cardId: id, operatorId, operatorName, fields: handedOver(fields) }
    return this.#deps.apply(to, { kind: 'inherited', handover })
  }
}
