import { isDeepStrictEqual } from 'node:util'
import { PbxConnection } from '../contract/index.ts'
import type { SavedServer } from './saved-servers.ts'

/** A saved server without its number. */
export type KnownServer = Omit<SavedServer, 'id'>

/** For the action log, whose lines stay for good: without any account of a TURN server or of the WebSocket's address. */
export const readable = ({ iceServers, socketUrl, ...connection }: PbxConnection): PbxConnection => ({
  ...connection,
  socketUrl: withoutAccount(socketUrl),
  // However it was typed: blanks before it do not keep a phone from using it.
  iceServers: iceServers.map((server) => server.trim().replace(/^((?:turn|stun)s?:)?.*@/is, '$1')),
})

function withoutAccount(socketUrl: string): string {
  const url = URL.parse(socketUrl)
  if (url === null || (url.username === '' && url.password === '')) return socketUrl
  url.username = ''
  url.password = ''
  return url.href
}

/** As people call it. */
const shownName = ({ name, connection }: KnownServer): string => name || connection.host

/** What the action log tells of a save: what is another than it was, all of what was none before; null: nothing is. */
export function changeOf(from: KnownServer | null, to: KnownServer): object | null {
  const newSecret = from?.secret !== to.secret
  const name = shownName(to)
  if (from === null) return { name, to: readable(to.connection), newSecret }
  const isOther = (field: keyof PbxConnection) =>
    // An absent echo number is an empty one.
    !isDeepStrictEqual(from.connection[field] ?? '', to.connection[field] ?? '')
  const other = PbxConnection.keyof().options.filter(isOther)
  const renamed = from.name !== to.name
  if (other.length === 0 && !renamed) return newSecret ? { name, newSecret } : null
  const only = (server: KnownServer) => ({
    ...(renamed && { name: shownName(server) }),
    ...Object.fromEntries(other.map((field) => [field, readable(server.connection)[field]])),
  })
  return { name, from: only(from), to: only(to), newSecret }
}
