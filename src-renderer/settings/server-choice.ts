import { firstServer, type RouteResult, type Routes } from '../../server/contract/index.ts'

/** An Asterisk as people call it. */
export interface ServerInUse {
  readonly id: string
  readonly name: string
}

export const serversInUse = ({
  connection,
  name,
  others,
}: Pick<RouteResult<Routes['connection']>, 'connection' | 'name' | 'others'>): readonly ServerInUse[] => [
  ...(connection ? [{ id: firstServer, name: name || connection.host }] : []),
  ...others.map((other) => ({ id: other.id, name: other.name || other.connection.host })),
]

/** Where something new belongs. */
export const usualServer = (inUse: readonly ServerInUse[]): string =>
  inUse.some(({ id }) => id === firstServer) ? firstServer : (inUse[0]?.id ?? firstServer)

export const isRemoved = (inUse: readonly ServerInUse[], server: string): boolean =>
  !inUse.some(({ id }) => id === server) && (inUse.length > 0 || server !== firstServer)

/**
 * What to choose from for something that is at `saved`: a server that was removed is among them, or nobody would see why it does
 * not work. Empty: it is at the first, and there is no other.
 */
export function serverChoices(
  inUse: readonly ServerInUse[],
  saved: string,
  removed: (server: string) => string,
): { value: string; label: string }[] {
  if (saved === firstServer && inUse.every(({ id }) => id === firstServer)) return []
  const choices = inUse.map(({ id, name }) => ({ value: id, label: name }))
  return isRemoved(inUse, saved) ? [...choices, { value: saved, label: removed(saved) }] : choices
}
