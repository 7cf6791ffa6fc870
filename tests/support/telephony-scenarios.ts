import { setTimeout as delay } from 'node:timers/promises'
import type { AmiAction } from '../../server/telephony/ami-connection.ts'
import type { Carrier } from './carrier.ts'
import type { PhoneCall, ScriptedPhone } from './scripted-phone.ts'

export interface Stage {
  phone(extension: string): ScriptedPhone
  /** Another socket of the same extension. */
  connect(extension: string): Promise<ScriptedPhone>
  action(action: AmiAction): Promise<unknown>
  /** Name of the channel whose name begins so: the oldest, of a Local pair the near half. */
  channel(beginning: string): Promise<string>
  /** The other end of the trunk; started when first asked for. */
  carrier(): Promise<Carrier>
  /** Waits until nothing more comes and asks Asterisk for everything it has. */
  snapshot(): Promise<void>
}

export interface Scenario {
  readonly phones: readonly string[]
  run(stage: Stage): Promise<void>
}

const customer = '"Пётр Иванов" <+79161234567>'

/** A customer calls a queue or an extension and stays on the line. */
async function callIn(stage: Stage, exten: string): Promise<void> {
  await stage.action({
    action: 'Originate',
    channel: 'Local/s@demo-customer',
    context: 'internal',
    exten,
    priority: '1',
    callerid: customer,
    async: 'true',
    // known to all, so that a scenario can hang up or redirect the customer
    channelid: 'customer',
    otherchannelid: 'customer-2',
  })
}

const hangUpCustomer = (stage: Stage) => stage.action({ action: 'Hangup', channel: '/^Local/s@demo-customer.*/', cause: '16' })

const place = (channel: string, context: string, exten: string) => ({ channel, context, exten, priority: '1' })

/** 1001 talks with the customer and, on a second line, with whoever `number` reaches; then all are in one conference. */
async function conference(stage: Stage, first: PhoneCall, second: { side: string }): Promise<void> {
  await first.unhold()
  const room = '4711'
  await stage.action({
    action: 'Redirect',
    ...place(await stage.channel('PJSIP/1001-'), 'callsync-conference', room),
    extrachannel: await stage.channel('Local/s@demo-customer-'),
    extracontext: 'callsync-conference',
    extraexten: room,
    extrapriority: '1',
  })
  await stage.action({ action: 'Redirect', ...place(await stage.channel(second.side), 'callsync-conference', room) })
}

/** The customer talks to 1001, whose socket goes; the server's part is played by the scenario. */
async function vanish(stage: Stage): Promise<void> {
  await callIn(stage, '701')
  const call = await stage.phone('1001').incoming()
  await call.answer()
  await stage.snapshot()
  stage.phone('1001').close()
  await stage.snapshot()
  const customer = await stage.channel('Local/s@demo-customer-')
  await stage.action({ action: 'Setvar', channel: customer, variable: 'CALLSYNC_QUEUE', value: '701' })
  await stage.action({ action: 'Redirect', ...place(customer, 'callsync-wait', '1001') })
  await stage.snapshot()
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  'queue-answered': {
    phones: ['1001'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await stage.snapshot()
      await call.answer()
      await stage.snapshot()
      await call.hangUp()
    },
  },
  'queue-customer-hangs-up': {
    phones: ['1001'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.snapshot()
      await hangUpCustomer(stage)
      await call.ended
    },
  },
  'queue-abandoned': {
    phones: [],
    async run(stage) {
      await callIn(stage, '701')
      await stage.snapshot()
      await hangUpCustomer(stage)
    },
  },
  'queue-abandoned-ringing': {
    phones: ['1001'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await stage.snapshot()
      await hangUpCustomer(stage)
      await call.ended
    },
  },
  'ring-no-answer': {
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const missed = await stage.phone('1001').incoming()
      await missed.ended
      const call = await stage.phone('1002').incoming()
      await call.answer()
      await stage.snapshot()
      await call.hangUp()
    },
  },
  rejected: {
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const refused = await stage.phone('1001').incoming()
      refused.reject()
      const call = await stage.phone('1002').incoming()
      await call.answer()
      await stage.snapshot()
      await call.hangUp()
    },
  },
  'ring-all': {
    phones: ['1001', '1002', '1003'],
    async run(stage) {
      await callIn(stage, '702')
      const first = await stage.phone('1001').incoming()
      const second = await stage.phone('1002').incoming()
      const third = await stage.phone('1003').incoming()
      await stage.snapshot()
      await second.answer()
      await Promise.all([first.ended, third.ended])
      await stage.snapshot()
      await second.hangUp()
    },
  },
  outgoing: {
    phones: ['1001'],
    async run(stage) {
      const call = stage.phone('1001').call('+79031112233')
      await stage.snapshot()
      await call.answered
      await stage.snapshot()
      await call.hangUp()
    },
  },
  'outgoing-busy': {
    phones: ['1001'],
    async run(stage) {
      const call = stage.phone('1001').call('+79031111486')
      await call.ended
    },
  },
  internal: {
    phones: ['1001', '1002'],
    async run(stage) {
      const call = stage.phone('1001').call('1002')
      const rung = await stage.phone('1002').incoming()
      await stage.snapshot()
      await rung.answer()
      await call.answered
      await stage.snapshot()
      await rung.hangUp()
      await call.ended
    },
  },
  direct: {
    phones: ['1002'],
    async run(stage) {
      await callIn(stage, '1002')
      const call = await stage.phone('1002').incoming()
      await stage.snapshot()
      await call.answer()
      await stage.snapshot()
      await call.hangUp()
    },
  },
  hold: {
    phones: ['1001'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.snapshot()
      await call.hold()
      await stage.snapshot()
      await call.unhold()
      await stage.snapshot()
      await call.hangUp()
    },
  },
  'blind-transfer': {
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.snapshot()
      await call.blindTransfer('1002')
      const next = await stage.phone('1002').incoming()
      await stage.snapshot()
      await next.answer()
      await stage.snapshot()
      await next.hangUp()
    },
  },
  'attended-transfer': {
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.snapshot()
      await call.hold()
      const consult = stage.phone('1001').call('1002')
      const asked = await stage.phone('1002').incoming()
      await asked.answer()
      await consult.answered
      await stage.snapshot()
      await call.attendedTransfer(consult)
      await stage.snapshot()
      await asked.hangUp()
    },
  },
  replaces: {
    phones: ['1001'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.snapshot()
      const reloaded = await stage.connect('1001')
      const next = reloaded.replace(call)
      await next.answered
      await stage.snapshot()
      await next.hangUp()
      reloaded.close()
    },
  },
  members: {
    phones: ['1001'],
    async run(stage) {
      const member = { queue: '701', interface: 'PJSIP/1004' }
      await stage.action({ action: 'QueueAdd', ...member, membername: '1004', stateinterface: 'PJSIP/1004' })
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'true', reason: 'lunch' })
      await stage.snapshot()
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'true', reason: 'meeting' })
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'false' })
      await stage.action({ action: 'QueueRemove', ...member })
      await stage.snapshot()
      await stage.phone('1001').register(0)
      await stage.snapshot()
      await stage.phone('1001').register(120)
      await delay(100)
    },
  },
  'trunk-in': {
    phones: ['1001'],
    async run(stage) {
      const carrier = await stage.carrier()
      const caller = await carrier.call({ from: '+79165550001', to: '+74950000701' })
      const call = await stage.phone('1001').incoming()
      await stage.snapshot()
      await call.answer()
      await stage.snapshot()
      await call.hold()
      await stage.snapshot()
      await call.unhold()
      await carrier.hangUp(caller)
      await call.ended
    },
  },
  'trunk-out': {
    phones: ['1001'],
    async run(stage) {
      await stage.carrier()
      const call = stage.phone('1001').call('9+79165550002')
      await call.answered
      await stage.snapshot()
      await call.hangUp()
    },
  },
  'attended-transfer-declined': {
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await call.hold()
      const consult = stage.phone('1001').call('1002')
      const asked = await stage.phone('1002').incoming()
      await stage.snapshot()
      asked.reject('603 Decline')
      await consult.ended
      await stage.snapshot()
      await call.unhold()
      await stage.snapshot()
      await call.hangUp()
    },
  },
  'queue-transfer': {
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.snapshot()
      await call.blindTransfer('702')
      const next = await stage.phone('1002').incoming()
      await stage.snapshot()
      await next.answer()
      await stage.snapshot()
      await next.hangUp()
    },
  },
  pickup: {
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '1001')
      const rung = await stage.phone('1001').incoming()
      await stage.snapshot()
      const taken = stage.phone('1002').call('*8')
      await Promise.all([taken.answered, rung.ended])
      await stage.snapshot()
      await taken.hangUp()
    },
  },
  'conference-outside': {
    phones: ['1001'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await call.hold()
      const other = stage.phone('1001').call('+79031112233')
      await other.answered
      await stage.snapshot()
      await other.hold()
      await conference(stage, call, { side: 'Local/+79031112233@pstn-' })
      await other.ended
      await stage.snapshot()
      await stage.action({ action: 'Hangup', channel: await stage.channel('Local/+79031112233@pstn-'), cause: '16' })
      await stage.snapshot()
      await call.hangUp()
      await hangUpCustomer(stage)
    },
  },
  'conference-colleague': {
    phones: ['1001', '1002'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await call.hold()
      const consult = stage.phone('1001').call('1002')
      const colleague = await stage.phone('1002').incoming()
      await colleague.answer()
      await consult.answered
      await conference(stage, call, { side: 'PJSIP/1002-' })
      await consult.ended
      await stage.snapshot()
      // who called the conference leaves, the others go on
      await call.hangUp()
      await stage.snapshot()
      await colleague.hangUp()
      await hangUpCustomer(stage)
    },
  },
  'conference-moved': {
    phones: ['1001'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await call.hold()
      const other = stage.phone('1001').call('+79031112233')
      await other.answered
      await other.hold()
      await conference(stage, call, { side: 'Local/+79031112233@pstn-' })
      await other.ended
      await stage.snapshot()
      const reloaded = await stage.connect('1001')
      const next = reloaded.replace(call)
      await next.answered
      await call.ended
      await stage.snapshot()
      await next.hangUp()
      await stage.snapshot()
      await stage.action({ action: 'Hangup', channel: await stage.channel('Local/+79031112233@pstn-'), cause: '16' })
      await hangUpCustomer(stage)
      reloaded.close()
    },
  },
  'second-net-back': {
    phones: ['1001'],
    async run(stage) {
      await vanish(stage)
      const reloaded = await stage.connect('1001')
      const next = await reloaded.incoming()
      await next.answer()
      await stage.snapshot()
      await next.hangUp()
      reloaded.close()
    },
  },
  'second-net-queue': {
    phones: ['1001', '1002'],
    async run(stage) {
      await vanish(stage)
      const next = await stage.phone('1002').incoming()
      await stage.snapshot()
      await next.answer()
      await stage.snapshot()
      await next.hangUp()
    },
  },
  'recording-paused': {
    phones: ['1001'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.snapshot()
      const channel = await stage.channel('Local/s@demo-customer-')
      const mute = async (yes: boolean) => {
        await stage.action({ action: 'MixMonitorMute', channel, direction: 'both', state: yes ? '1' : '0' })
        await stage.action({ action: 'Setvar', channel, variable: 'CALLSYNC_PAUSED', value: yes ? '1' : '' })
      }
      await mute(true)
      await stage.snapshot()
      await mute(false)
      await stage.snapshot()
      await call.hangUp()
    },
  },
  announcement: {
    phones: ['1001'],
    async run(stage) {
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.action({
        action: 'Originate',
        channel: 'Local/demo-person@callsync-announce/n',
        context: 'callsync-announce-into',
        exten: 's',
        priority: '1',
        async: 'true',
        variable: { CALLSYNC_CHANNEL: await stage.channel('PJSIP/1001-') },
      })
      await stage.snapshot()
      await delay(7_000)
      await stage.snapshot()
      await call.hangUp()
    },
  },
  'voicemail-drop': {
    phones: ['1001'],
    async run(stage) {
      const call = stage.phone('1001').call('+79031112233')
      await call.answered
      await stage.snapshot()
      const other = await stage.channel('Local/+79031112233@pstn-')
      await stage.action({ action: 'Redirect', ...place(other, 'callsync-leave', 'demo-person') })
      await call.ended
      await stage.snapshot()
      await delay(7_000)
    },
  },
}
