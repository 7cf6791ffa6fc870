import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'

interface Rule {
  /** Failures that cost nothing. */
  readonly free: number
  readonly longestWaitMs: number
}

/**
 * One person mistyping is stopped first; then one account tried from many places, with a short wait so that nobody can lock
 * a colleague out; then one place trying many accounts, which an office behind one address must be able to do a little.
 */
const rules = {
  pair: { free: 5, longestWaitMs: 15 * 60_000 },
  account: { free: 20, longestWaitMs: 60_000 },
  address: { free: 50, longestWaitMs: 15 * 60_000 },
} as const satisfies Record<string, Rule>

const forgetAfterMs = 60 * 60_000
const maxEntries = 20_000

interface Entry {
  failures: number
  waitUntilMs: number
  lastMs: number
}

/** Slows down guessing of what opens an account (an e-mail, the id of a link): after some failures each further one doubles the wait, from one second. */
export class SignInLimiter {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()

  constructor(deps: { clock: Clock }) {
    this.#clock = deps.clock
  }

  /**
   * Throws `tooManyAttempts` while a wait runs. Otherwise the attempt counts as failed until `succeeded` is called,
   * so that many at once are counted too.
   */
  begin(attempt: { account: string; address: string }): { succeeded(): void } {
    const nowMs = this.#clock.nowMs()
    const keys = keysOf(attempt)
    const waitMs = Math.max(...keys.map(({ key }) => (this.#live(key, nowMs)?.waitUntilMs ?? 0) - nowMs))
    if (waitMs > 0) throw new AppError('tooManyAttempts', 'too many failed sign-ins, wait', { retryAfterMs: waitMs })
    for (const { key, rule } of keys) this.#fail(key, rule, nowMs)
    return {
      succeeded: () => {
        for (const { key, name } of keys) {
          if (name === 'address') this.#takeBack(key)
          else this.#entries.delete(key)
        }
      },
    }
  }

  #live(key: string, nowMs: number): Entry | undefined {
    const entry = this.#entries.get(key)
    return entry && nowMs - entry.lastMs < forgetAfterMs ? entry : undefined
  }

  #fail(key: string, rule: Rule, nowMs: number): void {
    const failures = (this.#live(key, nowMs)?.failures ?? 0) + 1
    const over = failures - rule.free
    const waitMs = over <= 0 ? 0 : Math.min(1_000 * 2 ** Math.min(over - 1, 20), rule.longestWaitMs)
    // Written again at the end, so that the oldest come first when there are too many.
    this.#entries.delete(key)
    this.#entries.set(key, { failures, waitUntilMs: nowMs + waitMs, lastMs: nowMs })
    if (this.#entries.size > maxEntries) {
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
  }

  /** A success says nothing of the other accounts tried from the same address: only its own attempt is taken back. */
  #takeBack(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    entry.failures -= 1
    if (entry.failures <= rules.address.free) entry.waitUntilMs = 0
  }
}

const keysOf = ({ account, address }: { account: string; address: string }) => {
  const name = account.toLowerCase()
  return [
    { name: 'pair', key: `pair ${address} ${name}`, rule: rules.pair },
    { name: 'account', key: `account ${name}`, rule: rules.account },
    { name: 'address', key: `address ${address}`, rule: rules.address },
  ] as const
}
