import { type Core, NameAddrHeader, Registerer, RegistererState, type URI, type UserAgent } from 'sip.js'
import type { ExtensionHolder, RegisterOutcome } from './sip-link.ts'

export interface RegistrationDeps {
  readonly userAgent: UserAgent
  readonly nowMs: () => number
  /** A refresh failed, or the registration expired. */
  readonly onLost: (retryAfterMs: number | null) => void
}

const registrationSeconds = 300
/** A registration older than this is refreshed with the next look at who has the extension. */
const refreshAfterMs = 200_000
/** Refreshed from this age on although the PBX, or a slow way to it, leaves look after look without an answer. */
const refreshUnaskedAfterMs = 240_000
const looksInVain = 3

/** Where the PBX finds this phone. */
export class Registration {
  readonly #deps: RegistrationDeps
  #registerer: Registerer | null = null
  #registering = false
  #registeredAtMs = 0
  /** Looks in a row that told nothing. */
  #inVain = 0
  /** Contacts last told of beside ours: where the PBX allows several, they have not taken the extension from it. */
  #beside: ReadonlySet<string> = new Set()

  constructor(deps: RegistrationDeps) {
    this.#deps = deps
  }

  /** Stops refreshing, without a word to the PBX. */
  stop(): void {
    if (this.#registerer) forget(this.#deps.userAgent, this.#registerer)
  }

  async register(limitMs: number): Promise<RegisterOutcome> {
    // A REGISTER that never got its answer blocks its Registerer for half a minute: take a new one.
    const registerer = this.#registering || this.#registerer === null ? this.#newRegisterer() : this.#registerer
    this.#registering = true
    return new Promise((resolve) => {
      const settle = (outcome: RegisterOutcome) => {
        clearTimeout(limit)
        if (this.#registerer === registerer && (outcome.ok || outcome.status !== 0)) this.#registering = false
        resolve(outcome)
      }
      const limit = setTimeout(() => settle({ ok: false, status: 0, retryAfterMs: null }), limitMs)
      registerer
        .register({
          requestDelegate: {
            onAccept: ({ message }) => {
              this.#registeredAtMs = this.#deps.nowMs()
              this.#holderIn(message)
              settle({ ok: true })
            },
            onReject: (response) =>
              settle({ ok: false, status: response.message.statusCode ?? 500, retryAfterMs: retryAfterMsOf(registerer) }),
          },
        })
        .catch(() => settle({ ok: false, status: 0, retryAfterMs: null }))
    })
  }

  async unregister(): Promise<void> {
    const registerer = this.#registerer
    if (registerer?.state === RegistererState.Registered && !this.#registering) await registerer.unregister()
  }

  async lookUp(limitMs: number): Promise<ExtensionHolder> {
    const holder = await this.#ask(limitMs)
    this.#inVain = holder === 'unknown' ? this.#inVain + 1 : 0
    const ageMs = this.#deps.nowMs() - this.#registeredAtMs
    const isDue =
      (holder === 'this' && ageMs >= refreshAfterMs) || (this.#inVain >= looksInVain && ageMs >= refreshUnaskedAfterMs)
    if (!isDue || this.#registering) return holder
    const outcome = await this.register(limitMs)
    return outcome.ok ? 'this' : outcome.status === 0 ? 'unknown' : 'nobody'
  }

  /** A REGISTER without a contact only asks for those there are (RFC 3261 10.2.3). */
  #ask(limitMs: number): Promise<ExtensionHolder> {
    const { userAgent } = this.#deps
    const core = userAgent.userAgentCore
    const registrar = userAgent.configuration.uri.clone()
    registrar.user = undefined
    const { aor } = core.configuration
    return new Promise((resolve) => {
      const settle = (holder: ExtensionHolder) => {
        clearTimeout(limit)
        resolve(holder)
      }
      const request = core.register(core.makeOutgoingRequestMessage('REGISTER', registrar, aor, aor, {}), {
        onAccept: ({ message }) => settle(this.#holderIn(message)),
        onRedirect: () => settle('unknown'),
        onReject: () => settle('unknown'),
      })
      const limit = setTimeout(() => {
        request.dispose()
        resolve('unknown')
      }, limitMs)
    })
  }

  /** Every 200 to a REGISTER lists the contacts there are (RFC 3261 10.3). */
  #holderIn(message: Core.IncomingResponseMessage): ExtensionHolder {
    const count = message.getHeaders('contact').length
    const uris = Array.from({ length: count }, (_, at) => uriOf(message.parseHeader('contact', at)))
    // The PBX may have put another address into it; the name in it is made up by this page.
    const own = this.#deps.userAgent.contact.uri.user
    const others = uris.filter((uri) => uri?.user !== own).map(phoneAt)
    if (others.length < count) this.#beside = new Set(others)
    return others.length < count ? 'this' : others.every((phone) => this.#beside.has(phone)) ? 'nobody' : 'other'
  }

  #newRegisterer(): Registerer {
    const { userAgent, onLost } = this.#deps
    this.stop()
    const registerer = new Registerer(userAgent, {
      expires: registrationSeconds,
      // The last resort: `lookUp` refreshes sooner.
      refreshFrequency: 99,
      logConfiguration: false,
    })
    this.#registerer = registerer
    registerer.stateChange.addListener((state) => {
      if (this.#registerer !== registerer) {
        forget(userAgent, registerer)
        return
      }
      // Our own REGISTERs report by their promise; what is left is a refresh that failed.
      if (state === RegistererState.Unregistered && !this.#registering) onLost(retryAfterMsOf(registerer))
    })
    return registerer
  }
}

const uriOf = (contact: unknown): URI | undefined => (contact instanceof NameAddrHeader ? contact.uri : undefined)

/** A phone keeps its host from socket to socket, not its port. */
const phoneAt = (uri: URI | undefined): string => `${uri?.user ?? ''}@${uri?.host ?? ''}`

const retryAfterMsOf = ({ retryAfter }: Registerer): number | null => (retryAfter === undefined ? null : retryAfter * 1000)

/**
 * Stops the refresh timers of a Registerer that is no longer ours, and takes it off the user agent's list, where a night
 * without answers would leave thousands. `dispose` would unregister the address we still use.
 */
function forget(userAgent: UserAgent, registerer: Registerer): void {
  const clear: unknown = Reflect.get(registerer, 'clearTimers')
  if (typeof clear === 'function') clear.call(registerer)
  const known: unknown = Reflect.get(userAgent, '_registerers')
  if (typeof known === 'object' && known !== null) Reflect.deleteProperty(known, String(Reflect.get(registerer, 'id')))
}
