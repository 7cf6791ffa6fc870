import type { Users } from '../../accounts/index.ts'
import type { Handlers } from '../handler.ts'

export function userHandlers({ users }: { users: Users }): Pick<Handlers, 'listUsers' | 'createUser' | 'updateUser'> {
  return {
    listUsers: () => ({ users: [...users.all()] }),
    createUser: ({ body }) => users.create(body),
    updateUser: ({ params, body }, context) =>
      users.update(params.id, body, params.id === context.user.id ? context.sessionToken : null),
  }
}
