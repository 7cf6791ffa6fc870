import { answered, caller, callIn, type LedgerScenario, place, seconds } from './stage.ts'

/** How a visit to a queue ends. */
export const queueScenarios: Readonly<Record<string, LedgerScenario>> = {
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
  'key-exit-ringing': {
    about: 'The caller leaves the queue by a key while an operator’s phone rings.',
    phones: ['1001'],
    async run(stage) {
      const member = { queue: '705', interface: 'PJSIP/1001' }
      await stage.action({ action: 'QueueAdd', ...member, membername: '1001', stateinterface: 'PJSIP/1001' })
      const call = await callIn(stage, '705')
      const rung = await stage.phone('1001').incoming()
      await seconds(2)
      await stage.action({ action: 'PlayDTMF', channel: await caller(stage), digit: '1', receive: 'true' })
      await rung.ended
      await call.ended
      await stage.action({ action: 'QueueRemove', ...member })
    },
  },
  'two-queues-abandoned': {
    about: 'The first queue’s time is up; the caller hangs up after three seconds in the second: two visits, two outcomes.',
    phones: [],
    async run(stage) {
      const call = await callIn(stage, '707')
      await seconds(7)
      await stage.carrier.hangUp(call)
    },
  },
}
