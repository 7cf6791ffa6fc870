import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../store/index.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { AuditLog } from './audit-log.ts'
import { Interventions, type InterventionsDeps } from './interventions.ts'
import { Messages } from './messages.ts'
import { PrivateRights } from './private-rights.ts'
import { Spying } from './spying.ts'
import type { Supervision } from './supervision.ts'

export type { Supervision } from './supervision.ts'

export interface SupervisionDeps extends Omit<InterventionsDeps, 'audit'> {
  readonly db: Db
  readonly clock: Clock
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly random: () => number
  readonly logger: Logger
}

export interface SupervisionService extends Supervision {
  /** For the live board. */
  readonly onMessage: Messages['onSent']
  start(): Promise<void>
  stop(): void
}

export function createSupervision(deps: SupervisionDeps): SupervisionService {
  const audit = new AuditLog(deps)
  const rights = new PrivateRights({ ...deps, audit })
  const spying = new Spying({ ...deps, audit, rights })
  const interventions = new Interventions({ ...deps, audit })
  const messages = new Messages({ ...deps, audit })
  return {
    spy: (user, request) => spying.spy(user, request),
    setSpyMode: (user, request) => spying.setMode(user, request),
    takeOver: (user) => spying.takeOver(user),
    endSpying: (user) => spying.end(user),
    pauseOperator: (user, id, request) => interventions.pause(user, id, request),
    setOperatorMembership: (user, id, request) => interventions.setMembership(user, id, request),
    endCall: (user, callId) => interventions.endCall(user, callId),
    moveCaller: (user, callId, queue) => interventions.moveCaller(user, callId, queue),
    sendMessage: (user, request) => messages.send(user, request),
    messages: (user) => messages.of(user),
    readMessages: (user) => messages.read(user),
    mayListenPrivately: (user) => rights.has(user),
    privateListeners: () => rights.all(),
    setPrivateListener: (user, id, allowed) => rights.set(user, id, allowed),
    onMessage: (listener) => messages.onSent(listener),
    async start() {
      await rights.start()
      spying.start()
    },
    stop() {
      spying.stop()
    },
  }
}
