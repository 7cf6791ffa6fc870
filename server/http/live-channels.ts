import { type LiveChange, type LiveView, livePath, type User, wallboardLivePath } from '../contract/index.ts'
import type { WallboardChange, WallboardView } from '../contract/wallboard-view.ts'
import type { LiveBoard } from '../live/live-board.ts'
import type { Screen, Screens } from '../wallboard/index.ts'
import { type AuthDeps, type Identity, identify } from './auth.ts'
import type { LiveChannel } from './live-channel.ts'

/** The live view of signed-in people, each by role. */
export function peopleChannel(deps: AuthDeps & { board: LiveBoard }): LiveChannel<Identity, LiveView, LiveChange> {
  const { sessions, users, board } = deps
  return {
    path: livePath,
    identify: async ({ token, cookie }) => {
      const shown = token ?? cookie
      return (await identify(deps, shown === null ? null : { token: shown, byCookie: token === null })) ?? 'unauthenticated'
    },
    endOf: async ({ token, byCookie }) => ((await identify(deps, { token, byCookie })) === null ? 'unauthenticated' : null),
    viewFor: ({ user }) => board.viewFor(user),
    subscribe: ({ user }, listener) => board.subscribe(user, listener),
    onLost: (listener) => {
      const stops = [
        sessions.onEnd((sessionId) => listener((identity) => identity.sessionId === sessionId)),
        users.onChange(() => listener((identity) => lostRights(identity.user, users.byId(identity.user.id)))),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}

const lostRights = (before: User, now: User | null): boolean => !now?.active || now.role !== before.role

/** Wallboards, by their link: a session is nothing here. */
export const wallboardChannel = (screens: Screens): LiveChannel<Screen, WallboardView, WallboardChange> => ({
  path: wallboardLivePath,
  identify: ({ token, address }) => screens.identify({ token, address }),
  endOf: (screen) => screens.endOf(screen),
  viewFor: (screen) => screens.viewFor(screen),
  subscribe: (screen, listener) => screens.subscribe(screen, listener),
  onLost: (listener) => screens.onLost(listener),
})
