import type { Users } from '../../accounts/index.ts'
import { type Calls, extensionOf, setPause } from '../../calls/index.ts'
import { plainName, serverOf, type User } from '../../contract/index.ts'
import { AppError } from '../../errors.ts'
import { type ConnectionSettings, iceServerOf } from '../../settings/index.ts'
import { demoCallRequest, type Telephony } from '../../telephony/index.ts'
import type { Handlers } from '../handler.ts'

export interface PhoneHandlerDeps {
  readonly users: Users
  readonly connection: ConnectionSettings
  readonly telephony: Telephony
  readonly calls: { readonly cards: Pick<Calls['cards'], 'inWrapUp'> }
  /** Some customer of the demo data; null when there is none. */
  readonly demoCaller: () => Promise<{ number: string; name: string } | null>
}

export function phoneHandlers(deps: PhoneHandlerDeps): Pick<Handlers, 'phoneAccount' | 'setOwnStatus' | 'demoCall'> {
  const { users, connection, telephony, calls, demoCaller } = deps

  /** The demo PBX makes new passwords in each new folder, so its own file knows better than the database. */
  const sipPassword = async (user: User, extension: string): Promise<string | null> => {
    const demo = connection.demo()?.extensions.find((entry) => entry.extension === extension)
    return demo?.sipPassword ?? (await users.sipPassword(user.id))
  }

  return {
    phoneAccount: async (_, { user }) => {
      const extension = extensionOf(user)
      const server = serverOf(extension)
      const current = connection.current(server)
      if (!current)
        throw new AppError('notConfigured', 'the connection to Asterisk is not set', { fields: { connection: 'required' } })
      const password = await sipPassword(user, extension)
      if (password === null) {
        throw new AppError('notConfigured', 'no SIP password is set for this person', { fields: { sipPassword: 'required' } })
      }
      const { socketUrl, sipDomain, host, iceServers, echoNumber } = current.connection
      return {
        socketUrl,
        uri: `sip:${plainName(extension)}@${sipDomain || host}`,
        username: plainName(extension),
        password,
        displayName: user.name,
        iceServers: iceServers.map(iceServerOf),
        server,
        echoNumber: echoNumber || null,
      }
    },
    setOwnStatus: async ({ body }, { user }) => {
      await setPause({ telephony, cards: calls.cards }, user, body)
      return {}
    },
    demoCall: async ({ body }, { user }) => {
      const demo = connection.demo()
      if (!demo) throw new AppError('notConfigured', 'demo calls need the demo PBX')
      const numbers = demo.queues.map((queue) => queue.number)
      const { queues } = telephony.state()
      const own = numbers.find((number) => user.extension !== null && queues.get(number)?.members.has(user.extension))
      const queue = body.queue ?? own ?? numbers[0]
      if (queue === undefined || !numbers.includes(queue)) throw new AppError('notFound', 'the demo PBX has no such queue')
      const caller = await demoCaller()
      if (!caller) throw new AppError('notConfigured', 'there are no demo customers')
      await telephony.commands.originate(demoCallRequest({ queue, ...caller }))
      return { number: caller.number }
    },
  }
}
