import { setTimeout as delay } from 'node:timers/promises'
import type { AmiAction } from '../../server/telephony/ami-connection.ts'
import type { Carrier } from './carrier.ts'
import type { ScriptedPhone } from './scripted-phone.ts'

export interface Stage {
  phone(extension: string): ScriptedPhone
  /** Another socket of the same extension. */
  connect(extension: string): Promise<ScriptedPhone>
  action(action: AmiAction): Promise<unknown>
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
}
