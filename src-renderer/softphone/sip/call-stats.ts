import type { CallStats } from '../phone.ts'

const numberOf = (entry: object, key: string): number | null => {
  const value: unknown = Reflect.get(entry, key)
  return typeof value === 'number' ? value : null
}

const textOf = (entry: object, key: string): string | null => {
  const value: unknown = Reflect.get(entry, key)
  return typeof value === 'string' ? value : null
}

/** The figures of an RTCPeerConnection's report that matter in a call; null while nothing has flowed. */
export function readCallStats(report: Pick<RTCStatsReport, 'forEach' | 'get'>): CallStats | null {
  let inbound: object | null = null
  let outbound: object | null = null
  let source: object | null = null
  let remote: object | null = null
  report.forEach((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || textOf(entry, 'kind') !== 'audio') return
    const type = textOf(entry, 'type')
    if (type === 'inbound-rtp') inbound = entry
    else if (type === 'outbound-rtp') outbound = entry
    else if (type === 'media-source') source = entry
    else if (type === 'remote-inbound-rtp') remote = entry
  })
  if (inbound === null && outbound === null) return null
  const read = (entry: object | null, key: string): number | null => (entry === null ? null : numberOf(entry, key))
  const roundTrip = read(remote, 'roundTripTime')
  const codecId = inbound === null ? null : textOf(inbound, 'codecId')
  const codec: unknown = codecId === null ? undefined : report.get(codecId)
  return {
    packetsSent: read(outbound, 'packetsSent') ?? 0,
    packetsReceived: read(inbound, 'packetsReceived') ?? 0,
    packetsLost: read(inbound, 'packetsLost') ?? 0,
    jitterMs: Math.round((read(inbound, 'jitter') ?? 0) * 1000),
    roundTripMs: roundTrip === null ? null : Math.round(roundTrip * 1000),
    lossSent: read(remote, 'fractionLost'),
    levelIn: read(inbound, 'audioLevel') ?? 0,
    levelOut: read(source, 'audioLevel') ?? 0,
    energyIn: read(inbound, 'totalAudioEnergy') ?? 0,
    energyOut: read(source, 'totalAudioEnergy') ?? 0,
    codec: typeof codec === 'object' && codec !== null ? textOf(codec, 'mimeType') : null,
  }
}
