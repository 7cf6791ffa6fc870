import { setTimeout as delay } from 'node:timers/promises'
import { callIn, type LedgerScenario, seconds } from './stage.ts'

/** Whose phones ring, and who takes the call. */
export const ringScenarios: Readonly<Record<string, LedgerScenario>> = {
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
  'ring-all-no-answer-then-answered': {
    about: 'Three phones ring at once in vain; at the second try the third operator answers.',
    phones: ['1001', '1002', '1003'],
    async run(stage) {
      await callIn(stage, '702')
      const rung = async () => Promise.all(['1001', '1002', '1003'].map((extension) => stage.phone(extension).incoming()))
      const first = await rung()
      await Promise.all(first.map(({ ended }) => ended))
      const [, , third] = await rung()
      await seconds(1)
      await third?.answer()
      await seconds(3)
      await third?.hangUp()
    },
  },
  'agent-dump-abandoned': {
    about: 'The only operator hangs up during the announcement; the caller waits three seconds more and hangs up.',
    phones: ['1001'],
    async run(stage) {
      const call = await callIn(stage, '711')
      const first = await stage.phone('1001').incoming()
      await seconds(1)
      await first.answer()
      await delay(300)
      await first.hangUp()
      await stage.phone('1001').register(0)
      await seconds(6)
      await stage.carrier.hangUp(call)
    },
  },
}
