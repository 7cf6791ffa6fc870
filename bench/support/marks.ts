/** What an event at the AMI port changes for people, and when it was written. */
export interface Sent {
  readonly marks: readonly string[]
  readonly atMs: number
}

/**
 * Whether what a reader was told is what an event said. Of a ring a reader knows its beginning by the server's own clock, which has
 * whole milliseconds; a phone rings once in a while only.
 */
export function isOfMark(told: string, mark: string, eventAtMs: number): boolean {
  if (!mark.startsWith('rings ')) return told === mark
  const space = told.lastIndexOf(' ')
  const sinceMs = Number(told.slice(space + 1))
  return told.slice(0, space) === mark && sinceMs >= Math.floor(eventAtMs) - 1 && sinceMs < eventAtMs + 10_000
}
