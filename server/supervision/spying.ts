import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import { needContext, sameBridge } from '../call-control/index.ts'
import { extensionOf } from '../calls/index.ts'
import type { Clock } from '../clock.ts'
import type { User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import { isSpyUniqueid, spyUniqueid, TelephonyError } from '../telephony/index.ts'
import type { PbxCall, PbxChange, PbxLeg, PbxSpy, SpyMode } from '../telephony/pbx-state.ts'
import type { Disposer, PbxChannel, Telephony } from '../telephony/telephony.ts'
import type { AuditLog } from './audit-log.ts'
import type { PrivateRights } from './private-rights.ts'
import type { SpyRequest } from './supervision.ts'

/** The supervisor's phone answers by itself, or not at all. */
const answerLimitMs = 8_000

interface SpyingDeps {
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly rights: PrivateRights
  readonly audit: AuditLog
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
}

/**
 * Supervisors on operators' calls. The spying channel is the supervisor's own phone in callsync.conf's context, whose extension
 * is the mode; so who hears whom, and how, is read from Asterisk, and a restart of this server changes nothing of it.
 */
export class Spying {
  readonly #deps: SpyingDeps
  /** People whose phone is being called. */
  readonly #starting = new Set<string>()
  #stop: Disposer = () => undefined

  constructor(deps: SpyingDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#stop = this.#deps.telephony.onChange((changes) => this.#follow(changes))
  }

  stop(): void {
    this.#stop()
  }

  async spy(user: User, { operatorId, ...request }: SpyRequest & { operatorId: string }): Promise<void> {
    const { telephony, users, audit } = this.#deps
    const extension = extensionOf(user)
    const operator = users.byId(operatorId)
    if (!operator || operator.id === user.id) throw new AppError('notFound', 'no such operator')
    const mode = this.#modeOf(user, request)
    const { call, leg } = this.#talkOf(operator)
    const own = this.#ownChannel(extension)
    if (own) {
      await telephony.commands.setVariable({ channel: own.name, name: 'CALLSYNC_SPIED', value: leg.uniqueid })
      await this.#send(own.name, mode)
    } else await this.#callPhone(user, operator, { extension, leg, mode })
    await audit.write(user, 'call.spy', call.id, { operatorId, mode })
  }

  async setMode(user: User, request: SpyRequest): Promise<void> {
    const { call, spy } = this.#ownSpy(user)
    const mode = this.#modeOf(user, request)
    if (mode === spy.mode) return
    await this.#send(spy.channel, mode)
    await this.#deps.audit.write(user, 'call.spy', call.id, { mode })
  }

  async takeOver(user: User): Promise<void> {
    const { telephony, audit } = this.#deps
    const { call, spy } = this.#ownSpy(user)
    if (call.conference !== null) throw new AppError('conflict', 'a call in a conference cannot be taken over')
    const [other] = sameBridge(telephony, spy.on)
    if (!other) throw new AppError('conflict', 'nobody is at the other end of the call')
    await needContext(telephony, 'callsync-take-over')
    await telephony.commands.setVariable({ channel: spy.channel, name: 'CALLSYNC_TAKEN', value: other.name })
    await telephony.commands.redirect({ channel: spy.channel, place: { context: 'callsync-take-over', exten: 's' } })
    await audit.write(user, 'call.takeOver', call.id)
  }

  async end(user: User): Promise<void> {
    const own = this.#ownChannel(extensionOf(user))
    if (!own) throw new AppError('notFound', 'you are on nobody’s call')
    await this.#deps.telephony.commands.hangUp(own.name)
  }

  #modeOf(user: User, request: SpyRequest): SpyMode {
    if (!request.private) return request.mode
    if (request.mode !== 'listen')
      throw new AppError('invalidInput', 'only listening can be private', { fields: { private: 'mode' } })
    if (!this.#deps.rights.has(user)) throw new AppError('forbidden', 'you may not listen privately')
    return 'private'
  }

  /** Of several calls the one that is talked in. */
  #talkOf(operator: User): { call: PbxCall; leg: PbxLeg } {
    const found: { call: PbxCall; leg: PbxLeg }[] = []
    for (const call of this.#deps.telephony.state().calls.values()) {
      for (const leg of call.legs) if (leg.endpoint === operator.extension && leg.endpoint !== null) found.push({ call, leg })
    }
    const talk = found.find(({ leg }) => leg.state === 'up') ?? found.find(({ leg }) => leg.state === 'held')
    if (!talk) throw new AppError('conflict', 'the operator is in no call')
    return talk
  }

  async #callPhone(
    user: User,
    operator: User,
    { extension, leg, mode }: { extension: string; leg: PbxLeg; mode: SpyMode },
  ): Promise<void> {
    const { telephony, clock, random } = this.#deps
    const { calls, endpoints } = telephony.state()
    const busy = [...calls.values()].some((call) => call.legs.some(({ endpoint }) => endpoint === extension))
    if (busy || this.#starting.has(user.id) || endpoints.get(extension)?.online !== true) {
      throw new AppError('phoneNotReady', busy ? 'your phone is in a call' : 'your phone is not connected')
    }
    this.#starting.add(user.id)
    try {
      await needContext(telephony, 'callsync-spy', mode)
      await telephony.commands.originate({
        channel: `PJSIP/${extension}`,
        context: 'callsync-spy',
        exten: mode,
        callerNumber: operator.extension ?? '',
        callerName: operator.name,
        variables: { CALLSYNC_SPIED: leg.uniqueid, 'PJSIP_HEADER(add,X-CallSync-Spy)': '1' },
        timeoutMs: answerLimitMs,
        uniqueid: spyUniqueid(clock.nowMs(), Math.floor(random() * 1e9)),
      })
    } catch (error) {
      if (!(error instanceof TelephonyError && error.code === 'refused')) throw error
      throw new AppError('phoneNotReady', 'your phone did not take the call', { cause: error })
    } finally {
      this.#starting.delete(user.id)
    }
  }

  async #send(channel: string, mode: SpyMode): Promise<void> {
    const { telephony } = this.#deps
    await needContext(telephony, 'callsync-spy', mode)
    await telephony.commands.redirect({ channel, place: { context: 'callsync-spy', exten: mode } })
  }

  #ownSpy(user: User): { call: PbxCall; spy: PbxSpy } {
    const extension = extensionOf(user)
    for (const call of this.#deps.telephony.state().calls.values()) {
      const spy = call.spies.find(({ endpoint, uniqueid }) => endpoint === extension && isSpyUniqueid(uniqueid))
      if (spy) return { call, spy }
    }
    throw new AppError('notFound', 'you are on nobody’s call')
  }

  /** Ringing ones too; not one that has taken its call over, which is a call like any other. */
  #ownChannel(extension: string): PbxChannel | undefined {
    return [...this.#deps.telephony.channels().values()].find(
      ({ uniqueid, endpoint, bridge }) => endpoint === extension && bridge === null && isSpyUniqueid(uniqueid),
    )
  }

  /** The operator's phone goes on by another channel (a reload, another network): who heard the old one hears it. */
  #follow(changes: readonly PbxChange[]): void {
    for (const change of changes) {
      if (change.kind !== 'legAnswered') continue
      const { call, leg } = change
      for (const spy of call.spies) {
        if (leg.replaces === undefined || spy.on !== leg.replaces || !isSpyUniqueid(spy.uniqueid)) continue
        this.#goAfter(spy, leg).catch((error: unknown) => {
          this.#deps.logger.warn({ err: error }, 'A supervisor could not be sent after an operator whose phone came back')
        })
      }
    }
  }

  async #goAfter({ channel, mode }: PbxSpy, leg: PbxLeg): Promise<void> {
    await this.#deps.telephony.commands.setVariable({ channel, name: 'CALLSYNC_SPIED', value: leg.uniqueid })
    await this.#send(channel, mode)
  }
}
