import { answered, callIn, from, type LedgerScenario, seconds } from './stage.ts'

/** Calls past the queues: outgoing, internal, to an extension. */
export const outgoingScenarios: Readonly<Record<string, LedgerScenario>> = {
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
  'missed-then-called-back-in-vain': {
    about: 'A caller gives up; an operator calls back, rings for four seconds and reaches nobody.',
    phones: ['1001'],
    async run(stage) {
      const call = await stage.carrier.call({ from: '+79165550480', to: '+74950000705', play: null })
      await seconds(6)
      await stage.carrier.hangUp(call)
      const back = stage.phone('1001').call('9+79165550480')
      await seconds(4)
      await stage.action({ action: 'Hangup', channel: await stage.channel('PJSIP/1001-'), cause: '16' })
      await back.ended
    },
  },
}
