import type { Users } from '../../accounts/index.ts'
import { firstServer, serverOf } from '../../contract/index.ts'
import { AppError } from '../../errors.ts'
import type { ConnectionSettings } from '../../settings/index.ts'
import type { Handlers } from '../handler.ts'

export interface UserHandlerDeps {
  readonly users: Users
  readonly connection: ConnectionSettings
}

export function userHandlers({ users, connection }: UserHandlerDeps): Pick<Handlers, 'listUsers' | 'createUser' | 'updateUser'> {
  /** Who is bound to a server that was removed may stay so. The first may be set later. */
  const refuseUnknownServer = (extension: string | null | undefined, before: string | null = null): void => {
    if (extension == null || extension === before) return
    const server = serverOf(extension)
    if (server === firstServer || connection.current(server)) return
    throw new AppError('invalidInput', 'there is no such Asterisk server', { fields: { extension: 'invalid' } })
  }
  return {
    listUsers: () => ({ users: [...users.all()] }),
    createUser: ({ body }, context) => {
      refuseUnknownServer(body.extension)
      return users.create(body, context)
    },
    updateUser: ({ params, body }, context) => {
      refuseUnknownServer(body.extension, users.byId(params.id)?.extension)
      return users.update(params.id, body, context)
    },
  }
}
