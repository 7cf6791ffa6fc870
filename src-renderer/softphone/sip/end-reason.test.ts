import { describe, expect, it } from 'vitest'
import { readCallStats } from './call-stats.ts'
import { reasonOfCancel, reasonOfRefusal } from './end-reason.ts'

it.each([
  [486, 'busy'],
  [600, 'busy'],
  [480, 'noAnswer'],
  [408, 'noAnswer'],
  [487, 'noAnswer'],
  [404, 'notFound'],
  [484, 'notFound'],
  [488, 'mediaFailed'],
  [603, 'rejected'],
  [503, 'failed'],
  [403, 'rejected'],
] as const)('a refusal with %i means %s', (status, reason) => expect(reasonOfRefusal(status)).toBe(reason))

it.each([
  [['Q.850;cause=26;text="Answered elsewhere"'], 'answeredElsewhere'],
  [['SIP;cause=200;text="Call completed elsewhere"'], 'answeredElsewhere'],
  [['SIP ;cause=487', 'Q.850 ;cause=26'], 'answeredElsewhere'],
  [['Q.850;cause=16'], 'missed'],
  [['SIP;cause=2000'], 'missed'],
  [[], 'missed'],
] as const)('a CANCEL with %j means %s', (headers, reason) => expect(reasonOfCancel(headers)).toBe(reason))

describe('the figures of a call', () => {
  it('are taken from the audio streams of the report', () => {
    const report = new Map<string, object>([
      ['v', { type: 'inbound-rtp', kind: 'video', packetsReceived: 9 }],
      [
        'i',
        {
          type: 'inbound-rtp',
          kind: 'audio',
          packetsReceived: 100,
          packetsLost: 2,
          jitter: 0.0124,
          audioLevel: 0.5,
          codecId: 'c',
        },
      ],
      ['o', { type: 'outbound-rtp', kind: 'audio', packetsSent: 90 }],
      ['m', { type: 'media-source', kind: 'audio', totalAudioEnergy: 1.5 }],
      ['r', { type: 'remote-inbound-rtp', kind: 'audio', roundTripTime: 0.0251, fractionLost: 0.25 }],
      ['c', { type: 'codec', mimeType: 'audio/opus' }],
    ])
    expect(readCallStats(report)).toEqual({
      packetsSent: 90,
      packetsReceived: 100,
      packetsLost: 2,
      jitterMs: 12,
      roundTripMs: 25,
      lossSent: 0.25,
      levelIn: 0.5,
      levelOut: 0,
      energyIn: 0,
      energyOut: 1.5,
      codec: 'audio/opus',
    })
  })

  it('are none before anything has flowed', () => expect(readCallStats(new Map())).toBeNull())
})
