import type { Logger } from 'pino'

export interface CallNamesDeps {
  readonly customers: { nameFor(number: string): Promise<string | null> }
  readonly logger: Logger
  /** A call's name has come: it can be told again. */
  readonly onKnown: (callId: string) => void
}

/** Customers' names by call, each with the number it was looked up for. */
export class CallNames {
  readonly #deps: CallNamesDeps
  readonly #names = new Map<string, { readonly number: string; readonly name: string | null }>()

  constructor(deps: CallNamesDeps) {
    this.#deps = deps
  }

  /** What is known at once; otherwise it is asked for. */
  of(callId: string, number: string): string | null {
    const known = this.#names.get(callId)
    if (known?.number === number) return known.name
    this.#names.set(callId, { number, name: null })
    this.#deps.customers.nameFor(number).then(
      (name) => {
        if (name === null || this.#names.get(callId)?.number !== number) return
        this.#names.set(callId, { number, name })
        this.#deps.onKnown(callId)
      },
      (error: unknown) => this.#deps.logger.error({ err: error }, 'the name of a live call could not be looked up'),
    )
    return null
  }

  /** Of any call with this number. */
  ofNumber(number: string): string | null {
    return [...this.#names.values()].find((each) => each.number === number)?.name ?? null
  }

  forget(callId: string): void {
    this.#names.delete(callId)
  }
}
