import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AmiHeaders, ScriptedAmi } from '../../tests/support/scripted-ami.ts'
import { ManualClock } from '../clock.ts'
import type { PbxStatus } from '../contract/live.ts'
import { mostOutstanding } from './ami-connection.ts'
import type { AmiEvent, PbxSnapshot } from './ami-event.ts'
import { AmiLink, pingEveryMs, pingTimeoutMs } from './ami-link.ts'
import { refusedRetryMs } from './link-machine.ts'

let ami: ScriptedAmi
let clock: ManualClock
let link: AmiLink
let told: string[]
let events: AmiEvent[]
let snapshots: PbxSnapshot[]
let logged: string[]
const watchers = new Set<() => void>()

const newChannel = (uniqueid: string): AmiHeaders => ({ Event: 'Newchannel', Uniqueid: uniqueid, Channel: 'PJSIP/1001-00000001' })

/** What was told so far ends with these. */
async function until(...ending: readonly string[]): Promise<void> {
  const holds = () => JSON.stringify(told.slice(-ending.length)) === JSON.stringify(ending)
  if (holds()) return
  await new Promise<void>((done) => {
    const look = () => {
      if (!holds()) return
      watchers.delete(look)
      done()
    }
    watchers.add(look)
  })
}

function tell(line: string): void {
  told.push(line)
  for (const look of [...watchers]) look()
}

function account(more: { port?: number; secret?: string } = {}) {
  return { host: '127.0.0.1', port: more.port ?? ami.port, user: 'callsync', secret: more.secret ?? ami.secret }
}

beforeEach(async () => {
  ami = await ScriptedAmi.start()
  clock = new ManualClock()
  told = []
  events = []
  snapshots = []
  logged = []
  const stream = { write: (line: string) => void logged.push(line) }
  link = new AmiLink({
    clock,
    random: () => 0.5,
    logger: pino({ level: 'info' }, stream),
    listener: {
      status: ({ state, problem }: PbxStatus) => tell(problem === null ? state : `${state} ${problem}`),
      snapshot: (snapshot) => {
        snapshots.push(snapshot)
        tell('snapshot')
      },
      events: (batch) => {
        if (batch.some(({ fields }) => fields['uniqueid'] === 'bad')) throw new Error('a fault in the reducer')
        events.push(...batch)
        tell(`events ${batch.map(({ fields }) => fields['uniqueid']).join(' ')}`)
      },
    },
  })
})

afterEach(async () => {
  link.use(null)
  watchers.clear()
  await ami.stop()
})

async function up(): Promise<void> {
  link.use(account())
  await until('snapshot', 'up')
}

describe('connecting', () => {
  test('signs in, takes a snapshot, is up', async () => {
    await up()
    expect(told).toEqual(['connecting', 'snapshot', 'up'])
    expect(ami.actions.map((action) => action['Action'])).toEqual([
      'Login',
      'Events',
      'Status',
      'BridgeList',
      'QueueStatus',
      'PJSIPShowEndpoints',
    ])
  })

  test('a wrong secret is refused, and tried again slowly only', async () => {
    link.use(account({ secret: 'wrong' }))
    await until('down refused')
    expect(link.status).toMatchObject({ state: 'down', problem: 'refused' })
    clock.advance(refusedRetryMs - 1)
    expect(ami.count('Login')).toBe(1)
    clock.advance(refusedRetryMs / 5)
    await ami.until(() => ami.count('Login') === 2)
    expect(logged.filter((line) => line.includes('refused'))).toHaveLength(1)
    expect(logged.join()).not.toContain('wrong')
  })

  test('nobody there is unreachable, and comes up when somebody is', async () => {
    const { port } = ami
    await ami.stop()
    link.use(account({ port }))
    await until('down unreachable')
    ami = await ScriptedAmi.start(port)
    clock.advance(1_000)
    await until('snapshot', 'up')
    expect(told).toEqual(['connecting', 'down unreachable', 'snapshot', 'up'])
  })

  test('somebody who takes the call and says nothing is unreachable', async () => {
    ami.silent = true
    link.use(account())
    await ami.until(() => ami.count('Login') === 1)
    clock.advance(5_000)
    await until('down unreachable')
    await ami.peers[0]?.closed
  })

  test('a list that is refused counts as empty', async () => {
    ami.on('PJSIPShowEndpoints', (action, peer) => peer.error(action, 'No endpoints found'))
    await up()
    expect(snapshots[0]?.endpoints).toEqual([])
  })

  test('another account takes the place of the first at once', async () => {
    await up()
    const first = ami.peers[0]
    link.use(account())
    await until('connecting', 'snapshot', 'up')
    await first?.closed
    expect(ami.peers).toHaveLength(2)
  })
})

describe('events', () => {
  test('wait for the snapshot that they came during', async () => {
    ami.on('QueueStatus', (action, peer) => {
      peer.send(newChannel('during'))
      peer.list(action, [{ Event: 'QueueParams', Queue: '701' }])
    })
    link.use(account())
    await until('snapshot', 'up', 'events during')
    expect(snapshots[0]?.queues).toMatchObject([{ event: 'QueueParams', queue: '701' }])
  })

  test('arrive in order, with the clock of their arrival, however the bytes are cut', async () => {
    await up()
    for (const character of 'Event: Newchannel\r\nUniqueid: 1\r\nCallerIDName: Пётр: a\r\n\r\n') ami.peers[0]?.write(character)
    ami.peers[0]?.send(newChannel('2'))
    while (events.length < 2) await new Promise<void>((done) => watchers.add(done))
    expect(events[0]).toEqual({
      name: 'Newchannel',
      fields: { event: 'Newchannel', uniqueid: '1', calleridname: 'Пётр: a' },
      atMs: clock.nowMs(),
    })
    expect(events[1]?.fields['uniqueid']).toBe('2')
  })

  test('FullyBooted and Reload ask for one more snapshot; what comes meanwhile waits again', async () => {
    await up()
    ami.peers[0]?.send({ Event: 'Reload', Uniqueid: 'reload' }, { Event: 'FullyBooted', Uniqueid: 'booted' })
    while (events.length < 2) await new Promise<void>((done) => watchers.add(done))
    ami.on('Status', (action, peer) => {
      peer.send(newChannel('meanwhile'))
      peer.list(action, [])
    })
    clock.advance(1_000)
    await until('snapshot', 'events meanwhile')
    expect(snapshots).toHaveLength(2)
    expect(told).not.toContain('down lost')
  })

  test('that cannot be followed leave the link up, a line in the log, and one more snapshot', async () => {
    await up()
    ami.peers[0]?.send(newChannel('bad'))
    while (!logged.some((line) => line.includes('a fault in the reducer'))) await new Promise<void>((done) => setImmediate(done))
    clock.advance(1_000)
    await until('snapshot', 'up', 'snapshot')
    ami.peers[0]?.send(newChannel('good'))
    await until('events good')
    expect(link.status.state).toBe('up')
  })

  test('are read from the socket at once, though nobody can follow them yet', async () => {
    ami.on('BridgeList', () => undefined)
    link.use(account())
    await ami.until(() => ami.count('BridgeList') === 1)
    // More than any kernel keeps for a connection: Asterisk would wait, and after a while hang up.
    const long = { ...newChannel('x'), Context: 'x'.repeat(1_500) }
    const [peer] = ami.peers
    for (let block = 0; block < 40; block++) peer?.send(...Array.from({ length: 500 }, () => long))
    await peer?.taken()
    expect(told).toEqual(['connecting'])
    expect(events).toEqual([])
  })

  test('beyond all measure end the link instead of filling the memory', async () => {
    await up()
    ami.on('Status', (_, peer) => {
      for (let block = 0; block < 51; block++) peer.send(...Array.from({ length: 1_000 }, () => newChannel('x')))
    })
    clock.advance(300_000)
    await until('down lost')
    expect(events).toEqual([])
  })
})

describe('a link that', () => {
  test('falls is lost, comes back by itself and takes a fresh snapshot', async () => {
    await up()
    ami.peers[0]?.drop()
    await until('down lost')
    clock.advance(1_000)
    await until('snapshot', 'up')
    expect(told).toEqual(['connecting', 'snapshot', 'up', 'down lost', 'snapshot', 'up'])
    expect(ami.count('Status')).toBe(2)
    expect(ami.peers).toHaveLength(2)
  })

  test('falls silent is lost within 10 s', async () => {
    await up()
    ami.silent = true
    const startMs = clock.nowMs()
    clock.advance(2 * pingEveryMs)
    await ami.until(() => ami.count('Ping') === 1)
    expect(link.status.state).toBe('up')
    clock.advance(pingTimeoutMs)
    await until('down lost')
    expect(clock.nowMs() - startMs).toBeLessThanOrEqual(10_000)
    await ami.peers[0]?.closed
  })

  test('answers stays up', async () => {
    await up()
    ami.on('Ping', (action, peer) => {
      // in one piece, so that both have been read when the event is told
      peer.send({ Response: 'Success', ActionID: action['ActionID'] ?? '' }, newChannel(`ping-${ami.count('Ping')}`))
    })
    clock.advance(pingEveryMs)
    for (let ping = 1; ping <= 5; ping++) {
      clock.advance(pingEveryMs)
      await until(`events ping-${ping}`)
    }
    clock.advance(pingTimeoutMs - 1)
    expect(link.status.state).toBe('up')
    expect(ami.peers).toHaveLength(1)
  })

  test('is not used any more is closed, and stays so', async () => {
    await up()
    link.use(null)
    await ami.peers[0]?.closed
    clock.advance(600_000)
    expect(told.at(-1)).toBe('down notConfigured')
    expect(ami.peers).toHaveLength(1)
  })
})

describe('a command', () => {
  test('is answered', async () => {
    await up()
    ami.on('QueuePause', (action, peer) => peer.ok(action, { Message: `${action['Interface']} ${action['Paused']}` }))
    const { response } = await link.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'true' })
    expect(response['message']).toBe('PJSIP/1001 true')
  })

  test('that Asterisk refuses rejects with its words', async () => {
    await up()
    ami.on('QueuePause', (action, peer) => peer.error(action, 'Permission denied'))
    await expect(link.action({ action: 'QueuePause' })).rejects.toMatchObject({ code: 'refused', message: 'Permission denied' })
  })

  test('without an answer times out, and a late answer harms nothing', async () => {
    await up()
    let answer = () => {}
    ami.on('QueuePause', (action, peer) => {
      answer = () => peer.ok(action)
    })
    const result = expect(link.action({ action: 'QueuePause' })).rejects.toMatchObject({ code: 'timedOut' })
    await ami.until(() => ami.count('QueuePause') === 1)
    clock.advance(3_000)
    await link.action({ action: 'Ping' })
    clock.advance(2_000)
    await result
    answer()
    await link.action({ action: 'Ping' })
    expect(link.status.state).toBe('up')
  })

  test('beyond the bound is not sent', async () => {
    await up()
    const pending = Array.from({ length: mostOutstanding }, () => link.action({ action: 'QueuePause' }))
    const rejected = Promise.allSettled(pending)
    await expect(link.action({ action: 'QueuePause' })).rejects.toMatchObject({ code: 'unavailable' })
    link.use(null)
    expect((await rejected).every(({ status }) => status === 'rejected')).toBe(true)
  })

  test('without a link is unavailable', async () => {
    await expect(link.action({ action: 'Ping' })).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('under way when the link falls is unavailable', async () => {
    await up()
    ami.on('QueuePause', (_, peer) => peer.drop())
    await expect(link.action({ action: 'QueuePause' })).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('cannot smuggle in another one', async () => {
    await up()
    ami.on('QueuePause', (action, peer) => peer.ok(action))
    await link.action({ action: 'QueuePause', reason: 'lunch\r\n\r\nAction: Command\r\nCommand: core stop now' })
    expect(ami.count('QueuePause')).toBe(1)
    expect(ami.count('Command')).toBe(0)
  })
})
