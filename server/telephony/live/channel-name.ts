/** Channels that carry nobody: mixers, announcers, taps, bots' media. They can be a bridge's member but never a leg or a call. */
const noPerson = new Set([
  'Announcer',
  'AsyncGoto',
  'AudioSocket',
  'Bridge',
  'CBAnn',
  'CBRec',
  'Message',
  'MulticastRTP',
  'OutgoingSpoof',
  'Recorder',
  'Snoop',
  'Surrogate',
  'UnicastRTP',
  'WebSocket',
])

export type ChannelKind = 'leg' | 'local' | 'other'

/** `PJSIP/1001-00000012` → leg of endpoint `1001`; `Local/…;1` → local, no endpoint. */
export function readChannelName(name: string): { kind: ChannelKind; endpoint: string | null } {
  const slash = name.indexOf('/')
  const tech = slash < 0 ? name : name.slice(0, slash)
  // Half of the pair plays an announcement, the other half speaks it into a call: nobody is behind either.
  if (tech === 'Local') return { kind: name.includes('@callsync-announce') ? 'other' : 'local', endpoint: null }
  if (slash < 0 || noPerson.has(tech)) return { kind: 'other', endpoint: null }
  const dash = name.lastIndexOf('-')
  const endpoint = dash > slash ? name.slice(slash + 1, dash) : name.slice(slash + 1)
  return { kind: 'leg', endpoint: endpoint === '' ? null : endpoint }
}

const spyPrefix = 'callsync-spy-'

/**
 * A uniqueid for a channel that is to spy: known as one from its first event on, and younger than the call's own by the
 * rule Asterisk picks a linkedid by, should it take the call over.
 */
export const spyUniqueid = (nowMs: number, count: number): string => `${spyPrefix}${Math.floor(nowMs / 1_000)}.${count}`
export const isSpyUniqueid = (uniqueid: string): boolean => uniqueid.startsWith(spyPrefix)

/** Endpoint of a queue member's state interface: `PJSIP/1001` and `hint:1001@agents` → `1001`. */
export function endpointOfInterface(stateInterface: string): string {
  const hint = /^hint:([^@]+)/i.exec(stateInterface)
  if (hint?.[1] !== undefined) return hint[1]
  const device = stateInterface.slice(stateInterface.indexOf('/') + 1)
  return device.replace(/@.*$/, '')
}

/** The number in what `Dial` was given: `+7495…@pstn/n`, `+7495…@trunk`, `trunk/sip:+7495…@host`; null for `1002`. */
export function numberOfDialString(dialString: string): string | null {
  const sip = /sip:([^@;>]+)@/.exec(dialString)
  if (sip?.[1] !== undefined) return sip[1]
  const at = /^([+\d*#]+)@/.exec(dialString)
  return at?.[1] ?? null
}
