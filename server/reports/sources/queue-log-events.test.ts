import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type QueueAmiEvent, QueueLogEvents } from './queue-log-events.ts'

const Recorded = z.object({ name: z.string(), fields: z.record(z.string(), z.string()), atMs: z.number() })

/** What the real Asterisk sent in a scenario, as lines without their times. */
function linesOf(scenario: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '../../telephony/live/fixtures', `${scenario}.jsonl`), 'utf8')
  const events = new QueueLogEvents()
  return text
    .trim()
    .split('\n')
    .flatMap((line) => events.rows(Recorded.parse(JSON.parse(line))))
    .map(
      ({ callId, queue, agent, event, data }) =>
        `${callId}|${queue}|${agent}|${event}|${data.join('|').replace(/[a-z]+-\d+\.\d+/, 'ID')}`,
    )
}

const event = (name: string, atMs: number, fields: Record<string, string> = {}): QueueAmiEvent => ({
  name,
  atMs,
  fields: { uniqueid: '1.1', queue: '701', calleridnum: '101', ...fields },
})

function play(...events: readonly QueueAmiEvent[]): string[] {
  const mapper = new QueueLogEvents()
  return events.flatMap((one) => mapper.rows(one)).map((row) => [row.atMs, row.event, ...row.data].join('|'))
}

const join1 = event('QueueCallerJoin', 1_000, { position: '2' })
const abandon = event('QueueCallerAbandon', 21_000, { position: '1' })
const leave = event('QueueCallerLeave', 21_000, { position: '1' })

describe('queue_log lines out of AMI events', () => {
  it.each([
    ['queue-answered', ['ENTERQUEUE||+79161234567|1', /^CONNECT\|\d+\|ID\|\d+$/, /^COMPLETE(AGENT|CALLER)\|\d+\|\d+\|1$/]],
    ['queue-customer-hangs-up', ['ENTERQUEUE||+79161234567|1', /^CONNECT\|\d+\|ID\|\d+$/, /^COMPLETECALLER\|\d+\|\d+\|1$/]],
    ['queue-abandoned', ['ENTERQUEUE||+79161234567|1', /^ABANDON\|1\|1\|\d+$/]],
    ['queue-abandoned-ringing', ['ENTERQUEUE||+79161234567|1', /^RINGCANCELED\|\d+$/, /^ABANDON\|1\|1\|\d+$/]],
    [
      'blind-transfer',
      ['ENTERQUEUE||+79161234567|1', /^CONNECT\|\d+\|ID\|\d+$/, /^BLINDTRANSFER\|1002\|operators\|\d+\|\d+\|1$/],
    ],
  ])('gives those of %s', (scenario, lines) => {
    const given = linesOf(scenario).map((line) => line.split('|').slice(3).join('|'))
    expect(given).toHaveLength(lines.length)
    for (const [index, line] of lines.entries())
      expect(given[index]).toEqual(typeof line === 'string' ? line : expect.stringMatching(line))
  })

  it('keeps two visits of one call apart', () => {
    const given = linesOf('queue-transfer').map((line) => line.split('|').slice(1, 4).join('|'))
    expect(given).toEqual([
      '701|NONE|ENTERQUEUE',
      '701|1001|CONNECT',
      '701|1001|BLINDTRANSFER',
      '702|NONE|ENTERQUEUE',
      '702|1002|CONNECT',
      '702|1002|COMPLETEAGENT',
    ])
  })

  it('names members as queue_log does: by interface when they come and go, else by name', () => {
    const members = linesOf('members')
    expect(members).toContain('MANAGER|701|PJSIP/1004|ADDMEMBER|')
    expect(members).toContain('MANAGER|701|PJSIP/1004|REMOVEMEMBER|')
    expect(members.filter((line) => line.includes('PAUSE')).length).toBeGreaterThan(0)
  })

  it('tells a time-out from a caller who hung up', () => {
    expect(play(join1, abandon, leave, event('Hangup', 21_002))).toEqual([
      '1000|ENTERQUEUE||101|2',
      '21000|EXITWITHTIMEOUT|1|2|20',
    ])
    expect(play(join1, event('HangupRequest', 20_990), abandon, leave, event('Hangup', 21_002)).at(-1)).toBe(
      '21000|ABANDON|1|2|20',
    )
    // the dialplan went on, and the caller hung up much later
    expect(play(join1, abandon, leave, event('HangupRequest', 60_000), event('Hangup', 60_001)).at(-1)).toBe(
      '21000|EXITWITHTIMEOUT|1|2|20',
    )
  })

  it.each([
    ['TIMEOUT', 'EXITWITHTIMEOUT'],
    ['LEAVEEMPTY', 'EXITEMPTY'],
    ['WITHDRAW', 'WITHDRAW'],
  ])('believes QUEUESTATUS %s', (value, name) => {
    const status = event('VarSet', 21_001, { variable: 'QUEUESTATUS', value })
    expect(play(join1, abandon, leave, status).at(-1)).toBe(`21000|${name}|1|2|20`)
  })

  it('takes a leave nobody speaks of for an exit by key', () => {
    expect(play(join1, leave, event('Newexten', 21_001, { extension: '5' })).at(-1)).toBe('21000|EXITWITHKEY|5|1|2|20')
    expect(play(join1, leave, event('Hangup', 30_000)).at(-1)).toBe('21000|EXITWITHKEY||1|2|20')
  })

  it('ends the visit of a caller whose leave was not seen', () => {
    expect(play(join1, event('Hangup', 5_000)).at(-1)).toBe('5000|ABANDON|2|2|4')
  })

  it('counts a ring without answer in whole seconds, as queue_log does', () => {
    const ring = { membername: 'Anna', interface: 'PJSIP/101', ringtime: '15' }
    expect(play(join1, event('AgentCalled', 2_000, ring), event('AgentRingNoAnswer', 17_040, ring)).at(-1)).toBe(
      '17040|RINGNOANSWER|15000',
    )
  })

  it.each([
    ['the caller', { uniqueid: '' }],
    ['the member', { destuniqueid: '' }],
    ['both', { uniqueid: '', destuniqueid: '' }],
  ])('knows whose talk ended when the channel of %s is gone', (_, gone) => {
    const talk = {
      membername: 'Anna',
      interface: 'PJSIP/101',
      destuniqueid: '1.2',
      holdtime: '3',
      talktime: '9',
      reason: 'caller',
    }
    const mapper = new QueueLogEvents()
    const other = { uniqueid: '5.1', membername: 'Boris', destuniqueid: '5.2' }
    const events = [
      join1,
      event('AgentConnect', 4_000, talk),
      event('AgentConnect', 4_000, other),
      event('AgentComplete', 13_000, { ...talk, ...gone }),
    ]
    expect(events.flatMap((one) => mapper.rows(one)).at(-1)).toMatchObject({
      callId: '1.1',
      event: 'COMPLETECALLER',
      data: ['3', '9', '2'],
    })
  })

  it('makes a changed reason an end and a beginning, and nothing of a repeated one', () => {
    const pause = (atMs: number, paused: string, pausedreason: string) =>
      event('QueueMemberPause', atMs, { membername: 'Anna', interface: 'PJSIP/101', paused, pausedreason })
    expect(play(pause(1, '1', 'lunch'), pause(2, '1', 'lunch'), pause(3, '1', 'training'), pause(4, '0', ''))).toEqual([
      '1|PAUSE|lunch',
      '3|UNPAUSE|Auto-Unpause',
      '3|PAUSE|training',
      '4|UNPAUSE',
    ])
  })

  it('says that Asterisk began anew, and forgets who waited', () => {
    const boot = (atMs: number, uptime: string) => event('FullyBooted', atMs, { uptime })
    const lines = play(boot(100_000, '50'), join1, boot(160_000, '110'), boot(200_000, '5'), event('Hangup', 201_000))
    expect(lines).toEqual(['1000|ENTERQUEUE||101|2', '195000|QUEUESTART'])
  })

  it("takes Asterisk's own time where it is said", () => {
    expect(play(event('QueueCallerJoin', 5, { position: '1', timestamp: '1795168800.250000' }))[0]).toBe(
      '1795168800250|ENTERQUEUE||101|1',
    )
  })
})
