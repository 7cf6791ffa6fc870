/** What fetching a module once more needs of the browser. */
export interface ScriptDeps {
  /** Asks the network for the file and keeps it in the cache; rejects when it cannot be had. */
  readonly bring: (address: string) => Promise<void>
  readonly importFrom: <M>(address: string) => Promise<M>
  /** Fetches the styles once more whose element did not get them. */
  readonly restyle: (address: string) => Promise<void>
}

/** Which file did not come, by the words of browsers (modules) and of Vite (styles); null: not told, or another error. */
export function failedFile(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  return /(?:dynamically imported module|preload CSS for):? (\S+)/.exec(error.message)?.[1] ?? null
}

const isStyles = (address: string): boolean => new URL(address, 'http://page').pathname.endsWith('.css')

function onceMore(address: string, tries: number): string {
  return `${address}${address.includes('?') ? '&' : '?'}again=${tries}`
}

/**
 * Loads a module as often as it is called, until it is there. A browser may keep a failed import for the life of the page and
 * refuse that address without asking the network again, so the file is fetched first, and then imported by an address of its own where
 * the old one still fails. Styles that did not come are left out of a second import: they are fetched before it.
 */
export function scriptLoader<M, T>(
  load: () => Promise<M>,
  pick: (module: M) => T | undefined,
  { bring, importFrom, restyle }: ScriptDeps,
): () => Promise<T> {
  let script: string | null = null
  let styles: string | null = null
  let tries = 0

  async function module(): Promise<M> {
    if (styles !== null) await restyle(styles)
    styles = null
    if (script !== null) await bring(script)
    try {
      return await load()
    } catch (error) {
      const file = failedFile(error)
      if (file === null) throw error
      if (isStyles(file)) {
        styles = file
        throw error
      }
      // The first failure is the network's; that it is the browser's memory is known when the file can be had.
      if (script === null) {
        script = file
        throw error
      }
      return await importFrom<M>(onceMore(file, ++tries))
    }
  }

  return async () => {
    const found = pick(await module())
    if (found === undefined) throw new Error('the module has not what was asked for')
    return found
  }
}
