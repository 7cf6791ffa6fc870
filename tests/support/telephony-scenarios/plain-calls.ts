import { setTimeout as delay } from 'node:timers/promises'
import { callIn, hangUpCustomer, type Scenario } from './stage.ts'

/** One call at a time, of queues, colleagues and the trunk; and queue members. */
export const plainCalls: Readonly<Record<string, Scenario>> = {
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
  'ring-all-twice': {
    phones: ['1001', '1002', '1003'],
    async run(stage) {
      const all = () => Promise.all(['1001', '1002', '1003'].map((extension) => stage.phone(extension).incoming()))
      await callIn(stage, '702')
      const unheard = await all()
      await Promise.all(unheard.map(({ ended }) => ended))
      const [first, second, third] = await all()
      await stage.snapshot()
      await second?.answer()
      await Promise.all([first?.ended, third?.ended])
      await stage.snapshot()
      await second?.hangUp()
    },
  },
  /** The operator's phone is rung first, as a call back by Asterisk is made. */
  'called-back': {
    phones: ['1001'],
    async run(stage) {
      await stage.action({
        action: 'Originate',
        channel: 'PJSIP/1001',
        context: 'internal',
        exten: '+79031112233',
        priority: '1',
        callerid: '"" <+79031112233>',
        async: 'true',
      })
      const call = await stage.phone('1001').incoming()
      await stage.snapshot()
      await call.answer()
      // The other side takes two seconds.
      await delay(2_500)
      await stage.snapshot()
      await call.hangUp()
    },
  },
  parked: {
    phones: ['1001', '1002'],
    async run(stage) {
      // Not among the sample's modules; loaded already when another recording went before.
      await stage.action({ action: 'ModuleLoad', module: 'res_parking.so', loadtype: 'load' }).catch(() => undefined)
      await callIn(stage, '701')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.snapshot()
      const customer = await stage.channel('Local/s@demo-customer-')
      await stage.action({ action: 'Park', channel: customer, timeout: '60000' })
      await call.ended
      await stage.snapshot()
      const taker = { application: 'ParkedCall', data: 'default,701' }
      await stage.action({ action: 'Originate', channel: 'PJSIP/1002', ...taker, async: 'true' })
      const back = await stage.phone('1002').incoming()
      await back.answer()
      await stage.snapshot()
      await back.hangUp()
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
