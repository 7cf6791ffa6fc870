import { PhoneError } from './phone.ts'

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: PhoneError) => void
}

/** Who waits for what was asked of a line: one question a line, settled by the line machine. */
export class LineWaiters {
  readonly #waiters = new Map<string, Waiter>()

  /** Runs `ask`; the promise settles when the machine does. */
  wait(lineId: string, ask: () => void): Promise<void> {
    if (this.#waiters.has(lineId)) {
      return Promise.reject(new PhoneError('wrongPhase', 'Another action on this line is still under way'))
    }
    return new Promise((resolve, reject) => {
      this.#waiters.set(lineId, { resolve, reject })
      ask()
    })
  }

  settle(lineId: string, error: PhoneError['code'] | null): void {
    const waiter = this.#waiters.get(lineId)
    this.#waiters.delete(lineId)
    if (error === null) waiter?.resolve()
    else waiter?.reject(new PhoneError(error, 'The line is not in a phase for this, or the PBX refused'))
  }

  /** The phone was switched off. */
  giveUp(): void {
    for (const lineId of [...this.#waiters.keys()]) this.settle(lineId, 'notConnected')
  }
}
