import { say } from './launch-words.ts'
import { PbxError } from './pbx/pbx-error.ts'

/** One line for the person: what is wrong and what to do. */
export class LaunchError extends Error {}

interface Part {
  stop(): Promise<void>
}

/** What `npm start` and `npm run dev` have in common: parts that are ended in reverse by Ctrl-C, and failures as one line. */
export class Launcher {
  readonly #parts: Part[] = []
  readonly #interrupted = new AbortController()

  /** Aborted when everything is to end. */
  get signal(): AbortSignal {
    return this.#interrupted.signal
  }

  /** To be ended with everything else, before the parts added earlier. */
  add(part: Part): void {
    this.#parts.push(part)
  }

  /** The same for a part that is only starting: when the end comes first, it is ended as soon as it is there. */
  async starting<T extends Part>(coming: Promise<T>): Promise<T> {
    this.add({ stop: async () => (await coming.catch(() => null))?.stop() })
    return await coming
  }

  /** Does the work, then stays until a signal or `end`. */
  async run(work: () => Promise<void>): Promise<void> {
    // The terminal may close before we do.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void this.end(say.stopping, 0))
    try {
      await work()
    } catch (cause) {
      await this.end(lineOf(cause), 1)
    }
  }

  /** Ends everything once, and this process with `code`; what went wrong is said first. */
  async end(message: string, code: number): Promise<void> {
    if (this.signal.aborted) return
    this.#interrupted.abort()
    console.error(message)
    for (const part of this.#parts.reverse()) await part.stop().catch((cause: unknown) => console.error(lineOf(cause)))
    process.exit(code)
  }
}

function lineOf(cause: unknown): string {
  if (cause instanceof PbxError) return say.pbxProblem(cause.code, cause.message)
  return cause instanceof Error ? cause.message : String(cause)
}
