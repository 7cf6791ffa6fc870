import type { Sessions, SignInLimiter, Users } from '../../accounts/index.ts'
import type { Session, User } from '../../contract/index.ts'
import { AppError } from '../../errors.ts'
import type { ConnectionSettings } from '../../settings/index.ts'
import type { Handlers } from '../handler.ts'

export interface SessionHandlerDeps {
  readonly users: Users
  readonly sessions: Sessions
  readonly limiter: SignInLimiter
  readonly connection: ConnectionSettings
  readonly serverVersion: string
  readonly phoneRegion: string
}

export function sessionHandlers(deps: SessionHandlerDeps): Pick<Handlers, 'signIn' | 'session' | 'signOut'> {
  const { users, sessions, limiter, connection, serverVersion, phoneRegion } = deps
  const describe = (user: User): Session => ({ user, demo: connection.demo() !== null, serverVersion, phoneRegion })
  return {
    signIn: async ({ body }, context) => {
      const attempt = limiter.begin({ account: body.email, address: context.remoteAddress })
      const user = await users.authenticate(body)
      if (!user) throw new AppError('wrongCredentials', 'wrong e-mail or password')
      attempt.succeeded()
      const token = await sessions.create(user.id)
      if (body.host === 'desktop') return { ...describe(user), token }
      context.setSessionCookie(token)
      return { ...describe(user), token: null }
    },
    session: (_, { user }) => describe(user),
    signOut: async (_, context) => {
      if (context.sessionToken !== null) await sessions.end(context.sessionToken)
      context.setSessionCookie(null)
      return {}
    },
  }
}
