/** A piece of code that comes after the first screen. */
export interface Part<T> {
  /** null until it is here. */
  readonly now: () => T | null
  /** Without asking for it. */
  readonly here: Promise<T>
  /** Now, if it is neither here nor on its way. What could not be had is asked for again by itself until it is here. */
  readonly fetch: () => void
}

export interface Parts {
  readonly add: <T>(load: () => Promise<T>) => Part<T>
  /** Fetches all of them, one after another, while the page has nothing else to do. Once. */
  readonly fetchAhead: () => void
}

export interface PartsDeps {
  readonly whenIdle: (task: () => void) => void
  readonly after: (delayMs: number, task: () => void) => unknown
  /** How many could not be had for so long that a person should know. */
  readonly onMissing: (count: number) => void
}

/** Before the second try; twice as long before each further one. */
export const retryMs = 2_000
export const longestRetryMs = 16_000
/** After so many tries in vain a part is missing. */
export const patientTries = 3

/** The pieces of the page that are fetched before anybody asks: a menu must open in a call while the server is away. */
export function createParts({ whenIdle, after, onMissing }: PartsDeps): Parts {
  /** What fetches a part for the first time; resolves also where it could not be had. */
  const waiting: (() => Promise<void>)[] = []
  let ahead = false
  let busy = false
  let missing = 0

  function next(): void {
    const fetch = busy ? undefined : waiting.shift()
    if (fetch === undefined) return
    busy = true
    whenIdle(() => {
      void fetch().then(() => {
        busy = false
        next()
      })
    })
  }

  function addPart<T>(load: () => Promise<T>): Part<T> & { readonly attempt: () => Promise<void> } {
    const { promise: here, resolve } = Promise.withResolvers<T>()
    let value: T | null = null
    let underWay: Promise<void> | null = null
    let failures = 0
    const tryOnce = async (): Promise<void> => {
      try {
        value = await load()
      } catch {
        const tries = ++failures
        if (tries === patientTries) onMissing(++missing)
        // Unless somebody who needs it was not willing to wait.
        after(Math.min(retryMs * 2 ** (tries - 1), longestRetryMs), () => tries === failures && void attempt())
        return
      } finally {
        underWay = null
      }
      if (failures >= patientTries) onMissing(--missing)
      resolve(value)
    }
    const attempt = (): Promise<void> => {
      if (value !== null) return Promise.resolve()
      underWay ??= tryOnce()
      return underWay
    }
    return { now: () => value, here, fetch: () => void attempt(), attempt }
  }

  return {
    add: <T>(load: () => Promise<T>): Part<T> => {
      const part = addPart(load)
      // What a piece brings along belongs to it and comes next.
      if (ahead) {
        waiting.unshift(part.attempt)
        next()
      } else waiting.push(part.attempt)
      return part
    },
    fetchAhead: () => {
      ahead = true
      next()
    },
  }
}
