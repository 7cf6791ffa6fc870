/**
 * With several Asterisk servers, what one of them says of its calls, channels, endpoints and queues carries that server's number
 * (`1001~2`, `1763690000.12~2`), so that two servers may say the same. What the first one says carries none: with one server
 * everything is named as Asterisk names it, and what was stored before there were two stays as it is. Only a name of its that ends
 * like a mark has the first one's too (`gsm~2` is `gsm~2~1`), or it would be the second one's `gsm`.
 */
export const firstServer = '1'

const mark = /~([1-9]\d*)$/

/** The number of the server that a name or an id is of. */
export const serverOf = (name: string): string => mark.exec(name)?.[1] ?? firstServer

/** As that server itself says it, and as a person reads it. */
export const plainName = (name: string): string => name.replace(mark, '')

/** What `server` calls `name`, as it is known here. */
export const nameAt = (server: string, name: string): string =>
  server === firstServer && !mark.test(name) ? name : `${name}~${server}`
