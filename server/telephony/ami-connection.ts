import createManager from 'asterisk-manager'
import type { Clock } from '../clock.ts'
import type { AmiFields } from './ami-event.ts'
import type { AmiAccount, Disposer } from './telephony.ts'
import { TelephonyError } from './telephony-error.ts'

const commandTimeoutMs = 5_000
export const mostOutstanding = 64

/** Header values; a nested record becomes one `Name: key=value` line an entry. */
export type AmiAction = Readonly<Record<string, string | Readonly<Record<string, string>>>>

export interface AmiReply {
  readonly response: AmiFields
  /** The list's items, without the closing event. */
  readonly items: readonly AmiFields[]
}

interface Outstanding {
  readonly list: boolean
  readonly followUp: string | null
  response: AmiFields | null
  readonly items: AmiFields[]
  readonly resolve: (reply: AmiReply) => void
  readonly reject: (error: TelephonyError) => void
  readonly stopTimer: Disposer
}

/**
 * One TCP connection to the manager interface over one asterisk-manager client, never used again after `close`.
 * The package sends and parses; it has no time-outs, an unbounded queue before sign-in and can neither cancel a
 * connection attempt nor leave a silent peer: commands are counted and timed here, and the socket hangs on an abort signal.
 */
export class AmiConnection {
  readonly #clock: Clock
  readonly #client: createManager.Manager
  readonly #abort = new AbortController()
  readonly #outstanding = new Map<string, Outstanding>()
  readonly #onEvent: (fields: AmiFields) => void
  #nextId = 1
  #received = 0
  #closed = false

  constructor(deps: {
    clock: Clock
    account: AmiAccount
    onConnect: () => void
    /** Once, with the reason when there is one; never after `close`. */
    onClose: (error: Error | null) => void
    /** Unsolicited events only, as they are parsed. */
    onEvent: (fields: AmiFields) => void
  }) {
    const { account } = deps
    this.#clock = deps.clock
    this.#onEvent = deps.onEvent
    this.#client = createManager(null, null, oneLine(account.user), oneLine(account.secret), true)
    let failure: Error | null = null
    this.#client.on('error', (error) => {
      failure = error
    })
    this.#client.on('close', () => {
      if (this.#closed) return
      this.#end('The connection to Asterisk closed')
      deps.onClose(failure)
    })
    this.#client.on('rawevent', (message) => this.#receive(flat(message)))
    const target = { host: account.host, port: account.port, signal: this.#abort.signal }
    this.#client.connect(target, undefined, () => {
      if (!this.#closed) deps.onConnect()
    })
  }

  /** Messages read so far: a sign of life. */
  get received(): number {
    return this.#received
  }

  /** Rejects `refused` on a wrong user or secret. */
  async signIn(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const stopTimer = this.#clock.after(commandTimeoutMs, () =>
        reject(new TelephonyError('timedOut', 'No answer to the sign-in; is this the manager interface?')),
      )
      this.#abort.signal.addEventListener('abort', () => reject(new TelephonyError('unavailable', 'The connection closed')))
      this.#client.login((error) => {
        stopTimer()
        if (error) reject(new TelephonyError('refused', flat(error)['message'] ?? 'Authentication failed'))
        else resolve()
      })
    })
  }

  /**
   * One action and its answer. `list`: collect the items until the closing event. `followUp`: the answer is the event
   * of this name that comes after the response, given as the only item.
   */
  action(action: AmiAction, options: { list?: boolean; followUp?: string; timeoutMs?: number } = {}): Promise<AmiReply> {
    if (this.#closed || !this.#client.isConnected()) {
      return Promise.reject(new TelephonyError('unavailable', 'No connection to Asterisk'))
    }
    if (this.#outstanding.size >= mostOutstanding) {
      return Promise.reject(new TelephonyError('unavailable', 'Asterisk has not answered the commands before this one'))
    }
    const id = `c${this.#nextId++}`
    return new Promise((resolve, reject) => {
      const stopTimer = this.#clock.after(options.timeoutMs ?? commandTimeoutMs, () => {
        this.#outstanding.delete(id)
        this.#client.removeAllListeners(id)
        reject(new TelephonyError('timedOut', 'Asterisk did not answer in time'))
      })
      this.#outstanding.set(id, {
        list: options.list ?? false,
        followUp: options.followUp ?? null,
        response: null,
        items: [],
        resolve,
        reject,
        stopTimer,
      })
      this.#client.action({ ...cleaned(action), actionid: id }, () => {})
    })
  }

  close(): void {
    if (this.#closed) return
    this.#end('The connection to Asterisk was closed')
    this.#abort.abort()
  }

  #end(reason: string): void {
    this.#closed = true
    const waiting = [...this.#outstanding.values()]
    this.#outstanding.clear()
    for (const command of waiting) {
      command.stopTimer()
      command.reject(new TelephonyError('unavailable', reason))
    }
  }

  #receive(fields: AmiFields): void {
    if (this.#closed) return
    this.#received++
    const id = fields['actionid']
    const command = id === undefined ? undefined : this.#outstanding.get(id)
    if (id === undefined || command === undefined) {
      if (fields['event'] !== undefined) this.#onEvent(fields)
      return
    }
    if (fields['event'] === undefined) {
      if (fields['response'] === 'Error') {
        this.#settle(id, command)
        command.reject(new TelephonyError('refused', fields['message'] ?? 'Asterisk refused the command'))
        return
      }
      command.response = fields
      if (!command.list && command.followUp === null) this.#answer(id, command)
    } else if (command.followUp !== null) {
      if (fields['event'] === command.followUp) {
        command.items.push(fields)
        this.#answer(id, command)
      }
    } else if (fields['eventlist'] === 'Complete') {
      this.#answer(id, command)
    } else {
      command.items.push(fields)
    }
  }

  #answer(id: string, command: Outstanding): void {
    this.#settle(id, command)
    command.resolve({ response: command.response ?? {}, items: command.items })
  }

  #settle(id: string, command: Outstanding): void {
    command.stopTimer()
    this.#outstanding.delete(id)
  }
}

/** A line break in a value would start a header, or an action, of its own. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}

function cleaned(action: AmiAction): Record<string, string | Record<string, string>> {
  return Object.fromEntries(
    Object.entries(action).map(([name, value]) => [
      name,
      typeof value === 'string'
        ? oneLine(value)
        : Object.fromEntries(Object.entries(value).map(([key, text]) => [oneLine(key), oneLine(text)])),
    ]),
  )
}

/** What outlives its event: ids, channels' names, callers. */
const kept = /(?:uniqueid|linkedid|channel|calleridnum|calleridname)$/
/** V8 cuts longer texts than this out of what was read without copying: one id would keep 64 KB of other events in memory. */
const longestCopied = 12
const ownText = (text: string): string => (text.length > longestCopied ? Buffer.from(text).toString() : text)

function flat(message: createManager.Values): AmiFields {
  const fields: Record<string, string> = {}
  for (const name in message) {
    const value = message[name]
    if (value === undefined) continue
    if (typeof value === 'string') fields[name] = kept.test(name) ? ownText(value) : value
    else if (Array.isArray(value)) fields[name] = value.join('\n')
    else
      fields[name] = Object.entries(value)
        .map(([key, text]) => `${key}=${text}`)
        .join('\n')
  }
  return fields
}
