import { callIn, callInLater, type Scenario } from './stage.ts'

/** A call that goes on to another phone. */
export const transfers: Readonly<Record<string, Scenario>> = {
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
  /** The colleague is on the line before the customer calls: the joined call keeps the id of the talk between the two. */
  'attended-transfer-asked-first': {
    phones: ['1001', '1002'],
    async run(stage) {
      const asking = stage.phone('1001').call('1002')
      const asked = await stage.phone('1002').incoming()
      await asked.answer()
      await asking.answered
      await asking.hold()
      await callInLater(stage, '1001')
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.snapshot()
      await call.attendedTransfer(asking)
      await stage.snapshot()
      await asked.hangUp()
    },
  },
  /** A colleague called and waits; somebody outside is called for them. */
  'attended-transfer-called-for': {
    phones: ['1001', '1002'],
    async run(stage) {
      await stage.carrier()
      const asking = stage.phone('1002').call('1001')
      const asked = await stage.phone('1001').incoming()
      await asked.answer()
      await asking.answered
      await asked.hold()
      const call = stage.phone('1001').call('9+79165550002')
      await call.answered
      await stage.snapshot()
      await asked.attendedTransfer(call)
      await stage.snapshot()
      await asking.hangUp()
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
}
