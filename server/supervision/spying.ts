import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import { needContext, sameBridge } from '../call-control/index.ts'
import { extensionOf } from '../calls/index.ts'
import type { Clock } from '../clock.ts'
import { serverOf, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import { spyUniqueid, TelephonyError } from '../telephony/index.ts'
import type { PbxCall, PbxChange, PbxLeg, PbxSpy, SpyMode } from '../telephony/pbx-state.ts'
import type { Disposer, PbxChannel, Telephony } from '../telephony/telephony.ts'
import type { AuditLine, AuditLog } from './audit-log.ts'
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
  /** People who are being sent to a call. */
  readonly #starting = new Set<string>()
  /** Listening that is being ended: the right is gone. */
  readonly #ending = new Set<string>()
  /** Who hears whom, by the hearing channel; for the audit log when it ends, however it does. */
  readonly #listening = new Map<string, { user: User; callId: string; operatorId: string | null; sinceMs: number }>()
  #disposers: Disposer[] = []

  constructor(deps: SpyingDeps) {
    this.#deps = deps
  }

  start(): void {
    const { telephony, users, rights } = this.#deps
    const look = () => this.#endForbidden(telephony.state().calls.values())
    for (const call of telephony.state().calls.values()) this.#noteListening(call)
    this.#disposers = [telephony.onChange((changes) => this.#follow(changes)), users.onChange(look), rights.onChange(look)]
  }

  stop(): void {
    for (const dispose of this.#disposers.splice(0)) dispose()
  }

  async spy(user: User, { operatorId, ...request }: SpyRequest & { operatorId: string }): Promise<void> {
    const { users } = this.#deps
    const extension = extensionOf(user)
    const operator = users.byId(operatorId)
    if (!operator || operator.id === user.id) throw new AppError('notFound', 'no such operator')
    const mode = this.#modeOf(user, request)
    const { call, leg } = this.#talkOf(operator)
    const line = { action: 'call.spy', subject: call.id, details: { operatorId, mode } } as const
    if (serverOf(leg.uniqueid) !== serverOf(extension))
      throw new AppError('otherServer', 'the call is on another Asterisk server than your phone')
    const own = this.#ownChannel(extension)
    // One that still rings cannot be sent anywhere.
    if (this.#starting.has(user.id) || (own && !this.#spyBy(extension)))
      throw new AppError('phoneNotReady', 'your phone is being called')
    this.#starting.add(user.id)
    try {
      if (own) await this.#redirect(user, { uniqueid: own.uniqueid, mode, line, leg: leg.uniqueid })
      else await this.#callPhone(user, operator, { extension, leg, mode, line })
    } finally {
      this.#starting.delete(user.id)
    }
  }

  async setMode(user: User, request: SpyRequest): Promise<void> {
    const { call, spy } = this.#ownSpy(user)
    const mode = this.#modeOf(user, request)
    if (mode === spy.mode) return
    await this.#redirect(user, {
      uniqueid: spy.uniqueid,
      mode,
      line: { action: 'call.spy', subject: call.id, details: { mode } },
    })
  }

  async takeOver(user: User): Promise<void> {
    const { telephony, audit } = this.#deps
    const { call, spy } = this.#ownSpy(user)
    if (call.conference !== null) throw new AppError('conflict', 'a call in a conference cannot be taken over')
    const [other] = sameBridge(telephony, spy.on)
    if (!other) throw new AppError('conflict', 'nobody is at the other end of the call')
    await needContext(telephony, { context: 'callsync-take-over', of: spy.uniqueid })
    const operatorId = this.#heardBy(call, spy)?.id ?? null
    await audit.during(user, { action: 'call.takeOver', subject: call.id, details: { operatorId } }, async () => {
      const variable = { name: 'CALLSYNC_TAKEN', value: other.name }
      await telephony.commands.setVariable({ channel: this.#nameOf(spy.uniqueid), ...variable })
      // Who went on to a colleague meanwhile is not pulled out of that talk.
      if (!sameBridge(telephony, spy.on).some(({ uniqueid }) => uniqueid === other.uniqueid))
        throw new AppError('conflict', 'the other side is in the call no more')
      const place = { context: 'callsync-take-over', exten: 's' }
      await telephony.commands.redirect({ channel: this.#nameOf(spy.uniqueid), place })
    })
  }

  async end(user: User): Promise<void> {
    const own = this.#ownChannel(extensionOf(user))
    if (!own) throw onNobodysCall()
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
    { extension, leg, mode, line }: { extension: string; leg: PbxLeg; mode: SpyMode; line: AuditLine },
  ): Promise<void> {
    const { telephony, clock, random, audit } = this.#deps
    const { calls, endpoints } = telephony.state()
    const busy = [...calls.values()].some((call) => call.legs.some(({ endpoint }) => endpoint === extension))
    if (busy || endpoints.get(extension)?.online !== true) {
      throw new AppError('phoneNotReady', busy ? 'your phone is in a call' : 'your phone is not connected')
    }
    await needContext(telephony, { context: 'callsync-spy', exten: mode, of: extension })
    await audit.during(user, line, async () => {
      try {
        await telephony.commands.originate({
          server: serverOf(extension),
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
      }
    })
  }

  /** The phone that hears a call is sent on: to another way of hearing it, or to the call of `leg`. */
  async #redirect(
    user: User,
    { line, ...to }: { uniqueid: string; mode: SpyMode; leg?: string; line: AuditLine },
  ): Promise<void> {
    await needContext(this.#deps.telephony, { context: 'callsync-spy', exten: to.mode, of: to.uniqueid })
    await this.#deps.audit.during(user, line, () => this.#send(to))
  }

  async #send({ uniqueid, mode, leg }: { uniqueid: string; mode: SpyMode; leg?: string }): Promise<void> {
    const { commands } = this.#deps.telephony
    if (leg !== undefined) await commands.setVariable({ channel: this.#nameOf(uniqueid), name: 'CALLSYNC_SPIED', value: leg })
    await commands.redirect({ channel: this.#nameOf(uniqueid), place: { context: 'callsync-spy', exten: mode } })
  }

  /** A reload of the supervisor's page gives the channel another one. */
  #nameOf(uniqueid: string): string {
    const channel = this.#deps.telephony.channels().get(uniqueid)
    if (!channel) throw onNobodysCall()
    return channel.name
  }

  /** Not one by a feature code. */
  #isOurs(uniqueid: string): boolean {
    return this.#deps.telephony.channels().get(uniqueid)?.kind === 'spy'
  }

  #ownSpy(user: User): { call: PbxCall; spy: PbxSpy } {
    const found = this.#spyBy(extensionOf(user))
    if (!found) throw onNobodysCall()
    return found
  }

  #spyBy(extension: string): { call: PbxCall; spy: PbxSpy } | null {
    for (const call of this.#deps.telephony.state().calls.values()) {
      const spy = call.spies.find(({ endpoint, uniqueid }) => endpoint === extension && this.#isOurs(uniqueid))
      if (spy) return { call, spy }
    }
    return null
  }

  #heardBy(call: PbxCall, spy: PbxSpy): User | null {
    const endpoint = call.legs.find(({ uniqueid }) => uniqueid === spy.on)?.endpoint ?? null
    return endpoint === null ? null : this.#deps.users.byExtension(endpoint)
  }

  /** Ringing ones too; not one that has taken its call over, which is a call like any other. */
  #ownChannel(extension: string): PbxChannel | undefined {
    return [...this.#deps.telephony.channels().values()].find(
      ({ kind, endpoint, bridge }) => endpoint === extension && bridge === null && kind === 'spy',
    )
  }

  /** The operator's phone goes on by another channel (a reload, another network): who heard the old one hears it. */
  #follow(changes: readonly PbxChange[]): void {
    for (const change of changes) {
      // It began while the right was being taken away.
      if (change.kind === 'call') this.#endForbidden([change.call])
      if (change.kind === 'call') this.#hearOn(change.call)
      if (change.kind === 'call') this.#noteListening(change.call)
      if (change.kind === 'call' || change.kind === 'callEnded') this.#auditEnded(change.call.id)
      if (change.kind !== 'legAnswered') continue
      const { call, leg } = change
      for (const spy of call.spies) {
        if (leg.replaces === undefined || spy.on !== leg.replaces || !this.#isOurs(spy.uniqueid)) continue
        this.#sendAgain({ ...spy, leg: leg.uniqueid })
      }
    }
  }

  /** The supervisor's page was loaded again: Asterisk goes on spying with the phone's new channel, but lets it hear nothing. */
  #hearOn(call: PbxCall): void {
    for (const spy of call.spies) {
      if (this.#listening.has(spy.uniqueid) || !this.#isOurs(spy.uniqueid)) continue
      const gone = [...this.#listening].find(
        ([uniqueid, { user, callId }]) =>
          user.extension === spy.endpoint && callId === call.id && !call.spies.some((each) => each.uniqueid === uniqueid),
      )
      if (!gone) continue
      this.#listening.delete(gone[0])
      this.#listening.set(spy.uniqueid, gone[1])
      this.#sendAgain({ ...spy, leg: spy.on })
    }
  }

  #sendAgain(to: { uniqueid: string; mode: SpyMode; leg: string }): void {
    this.#send(to).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error }, 'A listening could not be taken up again after a phone came back')
    })
  }

  #noteListening(call: PbxCall): void {
    for (const spy of call.spies) {
      const user = spy.endpoint === null ? null : this.#deps.users.byExtension(spy.endpoint)
      if (!user) continue
      const operatorId = this.#heardBy(call, spy)?.id ?? this.#listening.get(spy.uniqueid)?.operatorId ?? null
      const sinceMs = this.#listening.get(spy.uniqueid)?.sinceMs ?? spy.sinceMs
      this.#listening.set(spy.uniqueid, { user, callId: call.id, operatorId, sinceMs })
    }
  }

  /** The call went on alone, was taken over, or is over. */
  #auditEnded(callId: string): void {
    const { telephony, audit, clock, logger } = this.#deps
    for (const [uniqueid, { user, operatorId, sinceMs, ...heard }] of this.#listening) {
      if (heard.callId !== callId) continue
      const { calls } = telephony.state()
      // On another call of that operator, or of a colleague.
      if ([...calls.values()].some(({ spies }) => spies.some((spy) => spy.uniqueid === uniqueid))) continue
      this.#listening.delete(uniqueid)
      audit
        .write(user, 'call.spyEnd', callId, { operatorId, lastedMs: clock.nowMs() - sinceMs })
        .catch((error: unknown) => logger.error({ err: error }, 'The end of a listening is not in the audit log'))
    }
  }

  /** Who may listen privately no more does not go on doing so. */
  #endForbidden(calls: Iterable<PbxCall>): void {
    const { telephony, users, rights, logger } = this.#deps
    for (const { mode, uniqueid, endpoint } of [...calls].flatMap(({ spies }) => spies)) {
      if (mode !== 'private' || !this.#isOurs(uniqueid) || this.#ending.has(uniqueid)) continue
      const user = endpoint === null ? null : users.byExtension(endpoint)
      const name = telephony.channels().get(uniqueid)?.name
      if ((user && rights.has(user)) || name === undefined) continue
      this.#ending.add(uniqueid)
      telephony.commands.hangUp(name).catch((error: unknown) => {
        this.#ending.delete(uniqueid)
        logger.warn({ err: error }, 'A private listening whose right was taken away could not be ended')
      })
    }
  }
}

const onNobodysCall = (): AppError => new AppError('notFound', 'you are on nobody’s call')
