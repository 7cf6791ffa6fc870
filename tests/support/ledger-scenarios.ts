import { setTimeout as delay } from 'node:timers/promises'
import type { AmiAction } from '../../server/telephony/ami-connection.ts'
import type { Carrier, CarrierCall } from './carrier.ts'
import type { ScriptedPhone } from './scripted-phone.ts'

/** A real Asterisk with its carrier, phones and a clock that nobody can hurry. */
export interface LedgerStage {
  phone(extension: string): ScriptedPhone
  action(action: AmiAction): Promise<unknown>
  /** Name of the oldest channel whose name begins so; of a Local pair the near half. */
  channel(beginning: string): Promise<string>
  carrier: Carrier
  /** kill -9, then Asterisk starts again. */
  killPbx(): Promise<void>
}

export interface LedgerScenario {
  readonly about: string
  readonly phones: readonly string[]
  run(stage: LedgerStage): Promise<void>
}

/** What the dialplan of the demo has no number for. */
export const ledgerDialplan: readonly string[] = [
  ...['701', '702', '703', '704', '705', '706', '707', '708', '709', '710', '711', '712', '713'].map(
    (queue) => `+74950000${queue},1,Goto(ledger,${queue},1) into dids`,
  ),
  ...['701', '702', '703', '704', '705', '708', '709', '711', '712'].flatMap((queue) => [
    `${queue},1,Answer() into ledger`,
    `${queue},2,Queue(${queue},tTk,,,60) into ledger`,
    `${queue},3,Playback(vm-goodbye) into ledger`,
    `${queue},4,Hangup() into ledger`,
  ]),
  '706,1,Answer() into ledger',
  '706,2,Queue(706,tTk,,,4) into ledger',
  '706,3,Playback(vm-goodbye) into ledger',
  '706,4,Hangup() into ledger',
  // from one queue into the next, and into the same again
  '707,1,Answer() into ledger',
  '707,2,Queue(706,tTk,,,4) into ledger',
  '707,3,Queue(701,tTk,,,60) into ledger',
  '707,4,Hangup() into ledger',
  '710,1,Answer() into ledger',
  '710,2,Queue(706,tTk,,,4) into ledger',
  '710,3,Queue(706,tTk,,,4) into ledger',
  '710,4,Hangup() into ledger',
  '713,1,Goto(extensions,1001,1) into ledger',
  '1,1,Playback(vm-goodbye) into queue-keys',
  '1,2,Hangup() into queue-keys',
]

const seconds = (count: number) => delay(count * 1_000)
const from = '+79165550101'
const callIn = (stage: LedgerStage, queue: string): Promise<CarrierCall> =>
  stage.carrier.call({ from, to: `+74950000${queue}`, play: null })
const caller = (stage: LedgerStage) => stage.channel('PJSIP/trunk-')
const place = (channel: string, context: string, exten: string) => ({ channel, context, exten, priority: '1' })

/** The caller waits in 701 and 1001 answers after a second. */
async function answered(stage: LedgerStage, queue = '701') {
  const call = await callIn(stage, queue)
  const ring = await stage.phone('1001').incoming()
  await seconds(1)
  await ring.answer()
  return { call, ring }
}

async function consult(stage: LedgerStage, number: string, by: string) {
  const { call, ring } = await answered(stage)
  await seconds(2)
  await ring.hold()
  const second = stage.phone('1001').call(number)
  const asked = await stage.phone(by).incoming()
  await seconds(1)
  await asked.answer()
  await second.answered
  await seconds(2)
  return { call, ring, second, asked }
}

export const ledgerScenarios: Readonly<Record<string, LedgerScenario>> = {
  answered: {
    about: 'An operator answers after a second, talks for three and hangs up.',
    phones: ['1001'],
    async run(stage) {
      const { ring } = await answered(stage)
      await seconds(3)
      await ring.hangUp()
    },
  },
  'answered-caller-ends': {
    about: 'The caller hangs up after the talk.',
    phones: ['1001'],
    async run(stage) {
      const { call, ring } = await answered(stage)
      await seconds(3)
      await stage.carrier.hangUp(call)
      await ring.ended
    },
  },
  'abandoned-short': {
    about: 'Nobody’s phone is registered; the caller hangs up after two seconds.',
    phones: [],
    async run(stage) {
      const call = await callIn(stage, '701')
      await seconds(2)
      await stage.carrier.hangUp(call)
    },
  },
  'abandoned-long': {
    about: 'One phone rings in vain again and again; the caller hangs up after eight seconds, while it rings.',
    phones: ['1001'],
    async run(stage) {
      const call = await callIn(stage, '701')
      const first = await stage.phone('1001').incoming()
      await first.ended
      const second = await stage.phone('1001').incoming()
      await second.ended
      const third = await stage.phone('1001').incoming()
      await seconds(1)
      await stage.carrier.hangUp(call)
      await third.ended
    },
  },
  'abandoned-ring-all': {
    about: 'Three phones ring at once; the caller hangs up after two seconds.',
    phones: ['1001', '1002', '1003'],
    async run(stage) {
      const call = await callIn(stage, '702')
      await Promise.all(['1001', '1002', '1003'].map((extension) => stage.phone(extension).incoming()))
      await seconds(2)
      await stage.carrier.hangUp(call)
    },
  },
  timeout: {
    about: 'The queue’s time is up after four seconds; the phone rang once in vain.',
    phones: ['1001'],
    async run(stage) {
      const call = await callIn(stage, '706')
      await stage.phone('1001').incoming()
      await call.ended
    },
  },
  'left-empty': {
    about: 'The queue sends everybody away while nobody is in it.',
    phones: [],
    async run(stage) {
      const call = await callIn(stage, '704')
      await call.ended
    },
  },
  'refused-join': {
    about: 'Nobody may join the queue: it leaves no line in queue_log.',
    phones: [],
    async run(stage) {
      const call = await callIn(stage, '703')
      await call.ended
    },
  },
  'key-exit': {
    about: 'The caller leaves the queue with the key 1 after three seconds.',
    phones: [],
    async run(stage) {
      const call = await callIn(stage, '705')
      await seconds(3)
      await stage.action({ action: 'PlayDTMF', channel: await caller(stage), digit: '1', receive: 'true' })
      await call.ended
    },
  },
  withdrawn: {
    about: 'The caller is taken out of the queue by the server.',
    phones: [],
    async run(stage) {
      const call = await callIn(stage, '712')
      await seconds(2)
      await stage.action({ action: 'QueueWithdrawCaller', queue: '712', caller: await caller(stage), withdrawinfo: 'closed' })
      await call.ended
    },
  },
  'redirected-while-waiting': {
    about: 'A caller for whom a phone rings is sent to an extension, and is answered there.',
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const first = await stage.phone('1001').incoming()
      await seconds(2)
      await stage.action({ action: 'Redirect', ...place(await caller(stage), 'extensions', '1002') })
      const second = await stage.phone('1002').incoming()
      await first.ended
      await seconds(1)
      await second.answer()
      await seconds(2)
      await second.hangUp()
    },
  },
  'ring-no-answer-then-answered': {
    about: 'The first phone rings in vain, the second operator answers.',
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const first = await stage.phone('1001').incoming()
      await first.ended
      const second = await stage.phone('1002').incoming()
      await seconds(1)
      await second.answer()
      await seconds(2)
      await second.hangUp()
    },
  },
  'rejected-then-answered': {
    about: 'The first operator rejects the call, the second answers.',
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const first = await stage.phone('1001').incoming()
      await seconds(1)
      first.reject()
      const second = await stage.phone('1002').incoming()
      await seconds(1)
      await second.answer()
      await seconds(2)
      await second.hangUp()
    },
  },
  'ring-all': {
    about: 'Three phones ring at once, the second answers.',
    phones: ['1001', '1002', '1003'],
    async run(stage) {
      await callIn(stage, '702')
      const [first, second, third] = await Promise.all(
        ['1001', '1002', '1003'].map((extension) => stage.phone(extension).incoming()),
      )
      await seconds(2)
      await second?.answer()
      await Promise.all([first?.ended, third?.ended])
      await seconds(3)
      await second?.hangUp()
    },
  },
  'blind-transfer': {
    about: 'The operator sends the caller on to a colleague, who answers.',
    phones: ['1001', '1002'],
    async run(stage) {
      const { ring } = await answered(stage)
      await seconds(2)
      await ring.blindTransfer('1002')
      const next = await stage.phone('1002').incoming()
      await seconds(1)
      await next.answer()
      await seconds(3)
      await next.hangUp()
    },
  },
  'blind-transfer-unanswered': {
    about: 'The operator sends the caller on to a colleague, who does not answer; the caller hangs up.',
    phones: ['1001', '1002'],
    async run(stage) {
      const { call, ring } = await answered(stage)
      await seconds(2)
      await ring.blindTransfer('1002')
      await stage.phone('1002').incoming()
      await seconds(3)
      await stage.carrier.hangUp(call)
    },
  },
  'blind-transfer-to-queue': {
    about: 'The operator sends the caller on to another queue, where a colleague answers: two visits under one unique id.',
    phones: ['1001', '1002'],
    async run(stage) {
      const { ring } = await answered(stage)
      await seconds(2)
      await ring.blindTransfer('702')
      const next = await stage.phone('1002').incoming()
      await seconds(1)
      await next.answer()
      await seconds(2)
      await next.hangUp()
    },
  },
  'attended-transfer': {
    about: 'The operator asks a colleague and hands the caller over.',
    phones: ['1001', '1002'],
    async run(stage) {
      const { ring, second, asked } = await consult(stage, '1002', '1002')
      await ring.attendedTransfer(second)
      await seconds(3)
      await asked.hangUp()
    },
  },
  'attended-transfer-queue': {
    about: 'The operator asks another queue and hands the caller over to who answered there.',
    phones: ['1001', '1002'],
    async run(stage) {
      const { ring, second, asked } = await consult(stage, '702', '1002')
      await ring.attendedTransfer(second)
      await seconds(3)
      await asked.hangUp()
    },
  },
  'attended-transfer-declined': {
    about: 'The colleague declines; the operator goes on with the caller.',
    phones: ['1001', '1002'],
    async run(stage) {
      const { ring } = await answered(stage)
      await seconds(1)
      await ring.hold()
      const second = stage.phone('1001').call('1002')
      const asked = await stage.phone('1002').incoming()
      await seconds(1)
      asked.reject('603 Decline')
      await second.ended
      await ring.unhold()
      await seconds(2)
      await ring.hangUp()
    },
  },
  'two-queues': {
    about: 'The first queue’s time is up, the second queue’s operator answers: two visits under one unique id.',
    phones: ['1002'],
    async run(stage) {
      await callIn(stage, '707')
      const ring = await stage.phone('1002').incoming()
      await seconds(1)
      await ring.answer()
      await seconds(2)
      await ring.hangUp()
    },
  },
  'same-queue-twice': {
    about: 'The same queue twice in a row, both times in vain.',
    phones: [],
    async run(stage) {
      const call = await callIn(stage, '710')
      await call.ended
    },
  },
  'pickup-queue': {
    about: 'A colleague takes the call that rings at an operator for the queue.',
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const rung = await stage.phone('1001').incoming()
      await seconds(1)
      const taken = stage.phone('1002').call('*8')
      await Promise.all([taken.answered, rung.ended])
      await seconds(3)
      await taken.hangUp()
    },
  },
  'pickup-direct': {
    about: 'A colleague takes a call that rings at an extension.',
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '713')
      const rung = await stage.phone('1001').incoming()
      await seconds(1)
      const taken = stage.phone('1002').call('*8')
      await Promise.all([taken.answered, rung.ended])
      await seconds(3)
      await taken.hangUp()
    },
  },
  'local-members': {
    about: 'Members by name behind Local channels: the first rings in vain, the second answers. Local doubles the rows.',
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '708')
      const first = await stage.phone('1001').incoming()
      await first.ended
      const second = await stage.phone('1002').incoming()
      await seconds(1)
      await second.answer()
      await seconds(2)
      await second.hangUp()
    },
  },
  'agent-dump': {
    about: 'The first operator hangs up during the announcement before the talk; the next one takes the caller.',
    phones: ['1001', '1002'],
    async run(stage) {
      const call = await callIn(stage, '711')
      const first = await stage.phone('1001').incoming()
      await first.answer()
      await delay(300)
      await first.hangUp()
      const second = await stage.phone('1002').incoming()
      await seconds(1)
      await second.answer()
      await seconds(5)
      await stage.carrier.hangUp(call)
    },
  },
  autopause: {
    about: 'The first operator’s phone rings in vain and is paused by the queue; the second answers.',
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '709')
      await stage.phone('1001').incoming()
      const second = await stage.phone('1002').incoming()
      await seconds(1)
      await second.answer()
      await seconds(2)
      await second.hangUp()
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'false' })
    },
  },
  'conference-redirect': {
    about: 'An answered queue call is sent into a conference: COMPLETECALLER covers the whole time.',
    phones: ['1001'],
    async run(stage) {
      const { call, ring } = await answered(stage)
      await seconds(2)
      await stage.action({
        action: 'Redirect',
        ...place(await stage.channel('PJSIP/1001-'), 'callsync-conference', '4711'),
        extrachannel: await caller(stage),
        extracontext: 'callsync-conference',
        extraexten: '4711',
        extrapriority: '1',
      })
      await seconds(3)
      await ring.hangUp()
      await stage.carrier.hangUp(call)
    },
  },
  'pbx-killed': {
    about: 'Asterisk is killed while one caller talks and one waits: no ends are written, only QUEUESTART.',
    phones: ['1001'],
    async run(stage) {
      await answered(stage)
      await callIn(stage, '712')
      await seconds(2)
      await stage.killPbx()
    },
  },
  'click-to-call': {
    about: 'The server rings the operator and then the customer: src is the customer.',
    phones: ['1001'],
    async run(stage) {
      await stage.action({
        action: 'Originate',
        channel: 'PJSIP/1001',
        context: 'internal',
        exten: '9+79165550102',
        priority: '1',
        callerid: '"Пётр Иванов" <+79165550102>',
        async: 'true',
      })
      const ring = await stage.phone('1001').incoming()
      await seconds(1)
      await ring.answer()
      await seconds(4)
      await ring.hangUp()
    },
  },
  'click-to-call-unanswered': {
    about: 'The server rings the operator, who answers; the customer does not.',
    phones: ['1001'],
    async run(stage) {
      await stage.action({
        action: 'Originate',
        channel: 'PJSIP/1001',
        context: 'internal',
        exten: '9+79165550480',
        priority: '1',
        callerid: '"" <+79165550480>',
        async: 'true',
      })
      const ring = await stage.phone('1001').incoming()
      await seconds(1)
      await ring.answer()
      await seconds(4)
      await ring.hangUp()
    },
  },
  'demo-call': {
    about: 'The demo’s caller, a Local channel, is answered: its other half leaves a row of its own.',
    phones: ['1001'],
    async run(stage) {
      await stage.action({
        action: 'Originate',
        channel: 'Local/s@demo-customer',
        context: 'internal',
        exten: '701',
        priority: '1',
        callerid: '"Пётр Иванов" <+79161234567>',
        async: 'true',
      })
      const ring = await stage.phone('1001').incoming()
      await seconds(1)
      await ring.answer()
      await seconds(3)
      await ring.hangUp()
    },
  },
  'outgoing-transferred': {
    about: 'An operator calls a customer and gives the talk to a colleague.',
    phones: ['1001', '1002'],
    async run(stage) {
      const call = stage.phone('1001').call('9+79165550102')
      await call.answered
      await seconds(2)
      await call.blindTransfer('1002')
      const next = await stage.phone('1002').incoming()
      await seconds(1)
      await next.answer()
      await seconds(3)
      await next.hangUp()
    },
  },
  'outgoing-answered': {
    about: 'An operator calls a customer over the trunk, who answers.',
    phones: ['1001'],
    async run(stage) {
      const call = stage.phone('1001').call('9+79165550102')
      await call.answered
      await seconds(3)
      await call.hangUp()
    },
  },
  'outgoing-local': {
    about: 'An operator calls a customer whose side is a Local channel: rows are doubled.',
    phones: ['1001'],
    async run(stage) {
      const call = stage.phone('1001').call('+79031112233')
      await call.answered
      await seconds(3)
      await call.hangUp()
    },
  },
  'outgoing-busy': {
    about: 'The customer is busy.',
    phones: ['1001'],
    async run(stage) {
      await stage.phone('1001').call('+79031111486').ended
    },
  },
  'outgoing-no-answer': {
    about: 'The customer does not answer; the operator gives up after four seconds.',
    phones: ['1001'],
    async run(stage) {
      const call = stage.phone('1001').call('+79031111480')
      await seconds(4)
      await stage.action({ action: 'Hangup', channel: await stage.channel('PJSIP/1001-'), cause: '16' })
      await call.ended
    },
  },
  'outgoing-no-such-number': {
    about: 'There is no such number.',
    phones: ['1001'],
    async run(stage) {
      await stage.phone('1001').call('+79031111404').ended
    },
  },
  'outgoing-congested': {
    about: 'The network is congested.',
    phones: ['1001'],
    async run(stage) {
      await stage.phone('1001').call('+79031111503').ended
    },
  },
  internal: {
    about: 'An operator calls a colleague, who answers.',
    phones: ['1001', '1002'],
    async run(stage) {
      const call = stage.phone('1001').call('1002')
      const rung = await stage.phone('1002').incoming()
      await seconds(1)
      await rung.answer()
      await call.answered
      await seconds(2)
      await rung.hangUp()
      await call.ended
    },
  },
  'direct-answered': {
    about: 'A customer calls an operator’s own number, who answers.',
    phones: ['1001'],
    async run(stage) {
      const { ring } = await answered(stage, '713')
      await seconds(3)
      await ring.hangUp()
    },
  },
  'direct-missed': {
    about: 'A customer calls an operator’s own number and hangs up after six seconds.',
    phones: ['1001'],
    async run(stage) {
      const call = await callIn(stage, '713')
      await stage.phone('1001').incoming()
      await seconds(6)
      await stage.carrier.hangUp(call)
    },
  },
  'direct-unregistered': {
    about: 'A customer calls an operator’s own number while no phone is registered.',
    phones: [],
    async run(stage) {
      const call = await callIn(stage, '713')
      await call.ended
    },
  },
  hold: {
    about: 'The operator holds the caller for three seconds of a talk of five.',
    phones: ['1001'],
    async run(stage) {
      const { ring } = await answered(stage)
      await seconds(1)
      await ring.hold()
      await seconds(3)
      await ring.unhold()
      await seconds(1)
      await ring.hangUp()
    },
  },
  listened: {
    about: 'A supervisor listens to a talk: the listener’s channel is no call.',
    phones: ['1001', '1004'],
    async run(stage) {
      const { ring } = await answered(stage)
      const ear = stage.phone('1004').call('*811001')
      await ear.answered
      await seconds(3)
      await ear.hangUp()
      await ring.hangUp()
    },
  },
  'missed-then-called-back': {
    about: 'A caller gives up; an operator calls back and reaches them.',
    phones: ['1001'],
    async run(stage) {
      const call = await callIn(stage, '705')
      await seconds(6)
      await stage.carrier.hangUp(call)
      const back = stage.phone('1001').call(`9${from}`)
      await back.answered
      await seconds(3)
      await back.hangUp()
    },
  },
  members: {
    about: 'An operator joins a queue, pauses for lunch, changes the reason, comes back and leaves.',
    phones: ['1001'],
    async run(stage) {
      const member = { queue: '712', interface: 'PJSIP/1001' }
      await stage.action({ action: 'QueueAdd', ...member, membername: '1001', stateinterface: 'PJSIP/1001' })
      await seconds(2)
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'true', reason: 'lunch' })
      await seconds(2)
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'true', reason: 'meeting' })
      await seconds(2)
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'false' })
      await seconds(1)
      await stage.action({ action: 'QueueRemove', ...member })
    },
  },
  'all-paused': {
    about: 'The only member of the queue is paused; the caller hangs up after six seconds.',
    phones: ['1001'],
    async run(stage) {
      const member = { queue: '712', interface: 'PJSIP/1001' }
      await stage.action({ action: 'QueueAdd', ...member, membername: '1001', stateinterface: 'PJSIP/1001' })
      await stage.action({ action: 'QueuePause', ...member, paused: 'true', reason: 'lunch' })
      const call = await callIn(stage, '712')
      await seconds(6)
      await stage.carrier.hangUp(call)
      await stage.action({ action: 'QueueRemove', ...member })
    },
  },
  'all-busy': {
    about: 'The only member of the queue talks; the next caller hangs up after six seconds.',
    phones: ['1001'],
    async run(stage) {
      const member = { queue: '712', interface: 'PJSIP/1001' }
      await stage.action({ action: 'QueueAdd', ...member, membername: '1001', stateinterface: 'PJSIP/1001' })
      const { ring } = await answered(stage, '712')
      const second = await stage.carrier.call({ from: '+79165550103', to: '+74950000712', play: null })
      await seconds(6)
      await stage.carrier.hangUp(second)
      await seconds(1)
      await ring.hangUp()
      await stage.action({ action: 'QueueRemove', ...member })
    },
  },
}
