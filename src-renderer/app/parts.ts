/** A piece of code that comes after the first screen. */
export interface Part<T> {
  /** null until it is here. */
  readonly now: () => T | null
  /** Without asking for it. */
  readonly here: Promise<T>
  /** One fetch, however many ask. Without a network it is tried again until it is here. */
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
}

export const retryMs = 2_000

/** The pieces of the page that are fetched before anybody asks: a menu must open in a call while the server is away. */
export function createParts({ whenIdle, after }: PartsDeps): Parts {
  const waiting: Part<unknown>[] = []
  let ahead = false
  let busy = false

  function next(): void {
    const part = busy ? undefined : waiting.shift()
    if (part === undefined) return
    busy = true
    const done = () => {
      busy = false
      next()
    }
    whenIdle(() => {
      part.fetch()
      void part.here.then(done)
    })
  }

  return {
    add: <T>(load: () => Promise<T>): Part<T> => {
      const { promise: here, resolve } = Promise.withResolvers<T>()
      let value: T | null = null
      let asked = false
      const attempt = (): void => {
        const arrived = (loaded: T) => {
          value = loaded
          resolve(loaded)
        }
        load().then(arrived, () => after(retryMs, attempt))
      }
      const fetch = () => {
        if (asked) return
        asked = true
        attempt()
      }
      const part = { now: () => value, here, fetch }
      // What a piece brings along belongs to it and comes next.
      if (ahead) {
        waiting.unshift(part)
        next()
      } else waiting.push(part)
      return part
    },
    fetchAhead: () => {
      ahead = true
      next()
    },
  }
}
