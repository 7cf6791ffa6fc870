/** `PJSIP/1001-00000012` → `1001`; '' for a Local half and for what is no device. */
export function endpointOf(channel: string): string {
  const slash = channel.indexOf('/')
  if (slash < 0 || channel.startsWith('Local/')) return ''
  const dash = channel.lastIndexOf('-')
  return dash > slash ? channel.slice(slash + 1, dash) : channel.slice(slash + 1)
}

export const isLocal = (channel: string): boolean => channel.startsWith('Local/')

/** The number in what `Dial` was given: `Local/+7495…@pstn/n,60`, `PJSIP/+7495…@trunk,60`, `SIP/trunk/8495…`; '' for `PJSIP/1002`. */
export function dialledNumber(lastData: string): string {
  const target = lastData.split(',', 1)[0] ?? ''
  const sip = target.includes('sip:') ? /sip:([^@;>]+)@/.exec(target) : null
  if (sip?.[1] !== undefined) return sip[1]
  const at = /^[A-Za-z0-9]+\/([+\d*#]+)@/.exec(target)
  if (at?.[1] !== undefined) return at[1]
  const path = /^[A-Za-z0-9]+\/[^/]+\/([+\d*#]+)$/.exec(target)
  return path?.[1] ?? ''
}

/** The queue of `Queue(701,tTk,,,60)`. */
export const queueOf = (lastData: string): string => lastData.split(',', 1)[0] ?? ''
