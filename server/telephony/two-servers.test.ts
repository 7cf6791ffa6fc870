import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AmiHeaders, ScriptedAmi } from '../../tests/support/scripted-ami.ts'
import { ManualClock } from '../clock.ts'
import { pingEveryMs, pingTimeoutMs } from './ami-link.ts'
import { createTelephony } from './create-telephony.ts'
import { createSeveralTelephony } from './several-telephony.ts'
import type { SeveralTelephony } from './telephony.ts'

/** Two manager interfaces over real sockets, whose calls have the very same ids. */
let first: ScriptedAmi
let second: ScriptedAmi
let clock: ManualClock
let both: SeveralTelephony

const channel: AmiHeaders = {
  ...{ Event: 'Status', Channel: 'PJSIP/1001-00000001', ChannelState: '5', CallerIDNum: '1001' },
  ...{ ConnectedLineNum: '+79161234567', Uniqueid: '2', Linkedid: '1', Application: 'AppQueue', Seconds: '7' },
}
const accountOf = (ami: ScriptedAmi) => ({ host: '127.0.0.1', port: ami.port, user: 'callsync', secret: ami.secret })

beforeEach(async () => {
  first = await ScriptedAmi.start()
  second = await ScriptedAmi.start()
  for (const ami of [first, second]) {
    ami.on('Status', (action, peer) => peer.list(action, [channel]))
    ami.on('Hangup', (action, peer) => peer.ok(action))
  }
  clock = new ManualClock()
  const logger = pino({ level: 'silent' })
  both = createSeveralTelephony({ create: () => createTelephony({ clock, random: () => 0.5, logger }), clock, logger })
  await linked('1', first)
  await linked('2', second)
})

afterEach(async () => {
  await both.stop()
  await first.stop()
  await second.stop()
})

/** Resolves when the server's status is this one. */
function linkIs(server: string, wanted: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = both.onStatus(({ state }, of) => {
    if (of === server && state === wanted) resolve()
  })
  return promise.finally(stop)
}

async function linked(server: string, ami: ScriptedAmi): Promise<void> {
  const isUp = linkIs(server, 'up')
  both.use(server, accountOf(ami))
  await isUp
}

test('calls with the same ids are two, and each is ended at its own server', async () => {
  expect([...both.state().calls.keys()]).toEqual(['1', '1~2'])
  await both.commands.hangUp('PJSIP/1001-00000001~2')
  expect(second.actions.at(-1)).toMatchObject({ Action: 'Hangup', Channel: 'PJSIP/1001-00000001' })
  expect(first.count('Hangup')).toBe(0)

  const ended = Promise.withResolvers<string[]>()
  const stop = both.onChange((changes) => ended.resolve(changes.flatMap((change) => ('call' in change ? change.call.id : []))))
  second.peers[0]?.send({ Event: 'Hangup', Uniqueid: '2', Linkedid: '1', Channel: 'PJSIP/1001-00000001', Cause: '16' })
  expect(await ended.promise).toEqual(['1~2', '1~2'])
  stop()
  expect([...both.state().calls.keys()]).toEqual(['1'])
})

test('one falls silent: it alone is lost, within 10 s', async () => {
  const answered = Promise.withResolvers<void>()
  both.onEvents((_, server) => {
    if (server === '1') answered.resolve()
  })
  // In one piece, so that the answer has been read when the event is told.
  first.on('Ping', (action, peer) =>
    peer.send(
      { Response: 'Success', ActionID: action['ActionID'] ?? '' },
      { Event: 'Newchannel', Uniqueid: 'ping', Linkedid: 'ping', Channel: 'PJSIP/1002-00000002' },
    ),
  )
  second.silent = true
  const away = linkIs('2', 'down')
  const startMs = clock.nowMs()
  clock.advance(2 * pingEveryMs)
  await Promise.all([answered.promise, second.until(() => second.count('Ping') === 1)])
  clock.advance(pingTimeoutMs)
  await away
  expect(clock.nowMs() - startMs).toBeLessThanOrEqual(10_000)
  expect([both.status('1').state, both.status('2').problem]).toEqual(['up', 'lost'])
})

test('one dies and comes back: the other never notices, and the gap is healed by its own snapshot', async () => {
  const { port } = second
  const away = linkIs('2', 'down')
  await second.stop()
  await away
  expect(both.status('1').state).toBe('up')
  expect(both.status()).toMatchObject({ state: 'down', problem: 'lost' })
  expect([...both.state().calls.keys()]).toEqual(['1', '1~2'])
  await expect(both.commands.hangUp('PJSIP/1001-00000001~2')).rejects.toMatchObject({ code: 'unavailable' })
  await both.commands.hangUp('PJSIP/1001-00000001')

  // Its call ended while nobody listened.
  const heard: string[] = []
  both.onChange((changes, healed, server) => {
    heard.push(...changes.map(({ kind }) => `${server} ${kind}${healed ? ' healed' : ''} ${both.status(server).state}`))
  })
  second = await ScriptedAmi.start(port)
  const back = linkIs('2', 'up')
  clock.advance(1_000)
  await back
  expect(heard).toEqual(['2 legEnded healed down', '2 callEnded healed down'])
  expect([...both.state().calls.keys()]).toEqual(['1'])
  expect(both.status().state).toBe('up')
  expect(first.peers).toHaveLength(1)
})
