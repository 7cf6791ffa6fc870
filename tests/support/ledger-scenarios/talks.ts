import { answered, caller, consult, type LedgerScenario, type LedgerStage, place, seconds } from './stage.ts'

/** 1004 listens to the talk of an operator, as the server has a supervisor do it. */
async function listened(stage: LedgerStage, operator = '1001') {
  await stage.action({
    action: 'Originate',
    ...place('PJSIP/1004', 'callsync-spy', 'listen'),
    callerid: `"" <${operator}>`,
    async: 'true',
    channelid: `callsync-spy-${Math.floor(Date.now() / 1_000)}.1`,
    variable: { CALLSYNC_SPIED: await stage.uniqueid(await stage.channel(`PJSIP/${operator}-`)) },
  })
  const ear = await stage.phone('1004').incoming()
  await ear.answer()
  return ear
}

async function takeOver(stage: LedgerStage, taken: string): Promise<void> {
  const channel = await stage.channel('PJSIP/1004-')
  await stage.action({ action: 'Setvar', channel, variable: 'CALLSYNC_TAKEN', value: taken })
  await stage.action({ action: 'Redirect', ...place(channel, 'callsync-take-over', 's') })
}

/** What becomes of a talk. */
export const talkScenarios: Readonly<Record<string, LedgerScenario>> = {
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
  hold: {
    about: 'The operator holds the caller for three seconds of a talk of five.',
    phones: ['1001'],
    heard: true,
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
  'held-to-the-end': {
    about: 'The operator holds the caller twice; the second time the caller hangs up after four seconds.',
    phones: ['1001'],
    heard: true,
    async run(stage) {
      const { call, ring } = await answered(stage)
      await seconds(1)
      await ring.hold()
      await seconds(2)
      await ring.unhold()
      await seconds(1)
      await ring.hold()
      await seconds(4)
      await stage.carrier.hangUp(call)
      await ring.ended
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
  'taken-over': {
    about: 'A supervisor listens to a talk and takes it over: the operator is let go, the supervisor talks on and hangs up.',
    phones: ['1001', '1004'],
    async run(stage) {
      const { ring } = await answered(stage)
      await seconds(2)
      const ear = await listened(stage)
      await seconds(2)
      await takeOver(stage, await caller(stage))
      await ring.ended
      await seconds(6)
      await ear.hangUp()
    },
  },
  'taken-over-caller-ends': {
    about: 'A supervisor takes a talk over from the second operator, whom the first gave it; the caller hangs up.',
    phones: ['1001', '1002', '1004'],
    async run(stage) {
      const { call, ring } = await answered(stage)
      await seconds(2)
      await ring.blindTransfer('1002')
      const next = await stage.phone('1002').incoming()
      await seconds(1)
      await next.answer()
      await seconds(2)
      await listened(stage, '1002')
      await seconds(2)
      await takeOver(stage, await caller(stage))
      await next.ended
      await seconds(3)
      await stage.carrier.hangUp(call)
    },
  },
  'outgoing-taken-over': {
    about: 'A supervisor takes over a call that an operator made.',
    phones: ['1001', '1004'],
    async run(stage) {
      const call = stage.phone('1001').call('9+79165550102')
      await call.answered
      await seconds(2)
      const ear = await listened(stage)
      await seconds(2)
      await takeOver(stage, await caller(stage))
      await call.ended
      await seconds(3)
      await ear.hangUp()
    },
  },
  'conference-of-three': {
    about: 'The operator takes a colleague into a conference with the caller, leaves, and the two go on.',
    phones: ['1001', '1002'],
    async run(stage) {
      const { call, ring } = await answered(stage)
      await seconds(2)
      await stage.action({
        action: 'Redirect',
        ...place(await stage.channel('PJSIP/1001-'), 'callsync-conference', '4712'),
        extrachannel: await caller(stage),
        extracontext: 'callsync-conference',
        extraexten: '4712',
        extrapriority: '1',
      })
      await stage.action({
        action: 'Originate',
        ...place('PJSIP/1002', 'callsync-conference', '4712'),
        callerid: '"" <1001>',
        async: 'true',
      })
      const joined = await stage.phone('1002').incoming()
      await seconds(1)
      await joined.answer()
      await seconds(3)
      await ring.hangUp()
      await seconds(2)
      await stage.carrier.hangUp(call)
      await joined.hangUp()
    },
  },
  'transfer-chain': {
    about: 'The caller is sent on blindly, handed over after asking, and sent on into another queue: four operators.',
    phones: ['1001', '1002', '1003', '1004'],
    async run(stage) {
      await stage.action({ action: 'QueueAdd', queue: '712', interface: 'PJSIP/1004', membername: '1004' })
      const { ring } = await answered(stage)
      await seconds(2)
      await ring.blindTransfer('1002')
      const second = await stage.phone('1002').incoming()
      await seconds(1)
      await second.answer()
      await seconds(2)
      await second.hold()
      const asking = stage.phone('1002').call('1003')
      const asked = await stage.phone('1003').incoming()
      await seconds(1)
      await asked.answer()
      await asking.answered
      await seconds(2)
      await second.attendedTransfer(asking)
      await seconds(3)
      await asked.blindTransfer('712')
      const last = await stage.phone('1004').incoming()
      await seconds(1)
      await last.answer()
      await seconds(3)
      await last.hangUp()
      await stage.action({ action: 'QueueRemove', queue: '712', interface: 'PJSIP/1004' })
    },
  },
  'blind-transfer-to-queue-abandoned': {
    about: 'The operator sends the caller on to another queue, where nobody answers; the caller hangs up after six seconds.',
    phones: ['1001'],
    async run(stage) {
      const { call, ring } = await answered(stage)
      await seconds(2)
      await ring.blindTransfer('712')
      await seconds(6)
      await stage.carrier.hangUp(call)
    },
  },
}
