import { setTimeout as delay } from 'node:timers/promises'
import type { PhoneCall } from '../scripted-phone.ts'
import { callIn, hangUpCustomer, type Scenario, type Stage } from './stage.ts'

/** A customer talks to 1001, and 1004 listens; the server's part is played by the scenario. */
async function spiedTalk(stage: Stage): Promise<{ operator: PhoneCall; supervisor: PhoneCall }> {
  await callIn(stage, '701')
  const operator = await stage.phone('1001').incoming()
  await operator.answer()
  await stage.snapshot()
  await stage.action({
    action: 'Originate',
    channel: 'PJSIP/1004',
    context: 'callsync-spy',
    exten: 'listen',
    priority: '1',
    callerid: '"Anna" <1001>',
    async: 'true',
    channelid: `callsync-spy-${Math.floor(Date.now() / 1000)}.1`,
    variable: { CALLSYNC_SPIED: await stage.uniqueid('PJSIP/1001-'), 'PJSIP_HEADER(add,X-CallSync-Spy)': '1' },
  })
  const supervisor = await stage.phone('1004').incoming()
  await stage.snapshot()
  await supervisor.answer()
  await stage.snapshot()
  return { operator, supervisor }
}

async function send(stage: Stage, context: string, exten: string): Promise<void> {
  await stage.action({ action: 'Redirect', channel: await stage.channel('PJSIP/1004-'), context, exten, priority: '1' })
  await stage.snapshot()
}

/** Calls with a supervisor in them. */
export const supervised: Readonly<Record<string, Scenario>> = {
  'spy-modes': {
    phones: ['1001', '1004'],
    async run(stage) {
      const { operator, supervisor } = await spiedTalk(stage)
      await send(stage, 'callsync-spy', 'whisper')
      await send(stage, 'callsync-spy', 'barge')
      await send(stage, 'callsync-spy', 'private')
      await supervisor.hangUp()
      await stage.snapshot()
      await operator.hangUp()
    },
  },
  'spy-call-ends': {
    phones: ['1001', '1004'],
    async run(stage) {
      const { operator, supervisor } = await spiedTalk(stage)
      await hangUpCustomer(stage)
      await operator.ended
      await supervisor.ended
    },
  },
  'spy-by-code': {
    phones: ['1001', '1004'],
    async run(stage) {
      await callIn(stage, '701')
      const operator = await stage.phone('1001').incoming()
      await operator.answer()
      const supervisor = stage.phone('1004').call('*811001')
      await supervisor.answered
      // Asterisk waits half a second for the sound of a phone that has none.
      await delay(900)
      await stage.snapshot()
      await supervisor.hangUp()
      await stage.snapshot()
      await operator.hangUp()
    },
  },
  'spy-takes-over': {
    phones: ['1001', '1004'],
    async run(stage) {
      const { operator, supervisor } = await spiedTalk(stage)
      await stage.action({
        action: 'Setvar',
        channel: await stage.channel('PJSIP/1004-'),
        variable: 'CALLSYNC_TAKEN',
        value: await stage.channel('Local/s@demo-customer-'),
      })
      await send(stage, 'callsync-take-over', 's')
      await operator.ended
      await stage.snapshot()
      await supervisor.hangUp()
    },
  },
  /** The supervisor's page is loaded again: the phone takes its own call up by another socket. */
  'spy-reloaded': {
    phones: ['1001', '1004'],
    async run(stage) {
      const { operator, supervisor } = await spiedTalk(stage)
      const reloaded = await stage.connect('1004')
      const next = reloaded.replace(supervisor)
      await next.answered
      await stage.snapshot()
      await next.hangUp()
      await stage.snapshot()
      await operator.hangUp()
      reloaded.close()
    },
  },
  'spy-follows-a-move': {
    phones: ['1001', '1004'],
    async run(stage) {
      const { operator, supervisor } = await spiedTalk(stage)
      const reloaded = await stage.connect('1001')
      const next = reloaded.replace(operator)
      await next.answered
      await stage.action({
        action: 'Setvar',
        channel: await stage.channel('PJSIP/1004-'),
        variable: 'CALLSYNC_SPIED',
        value: await stage.uniqueid('PJSIP/1001-'),
      })
      await send(stage, 'callsync-spy', 'listen')
      await next.hangUp()
      await supervisor.ended
      reloaded.close()
    },
  },
  'moved-to-another-queue': {
    phones: ['1001'],
    async run(stage) {
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'true', reason: 'lunch', queue: '701' })
      await callIn(stage, '701')
      await stage.snapshot()
      const channel = await stage.channel('Local/s@demo-customer-')
      await stage.action({ action: 'Setvar', channel, variable: 'CALLSYNC_QUEUE', value: '702' })
      await stage.action({ action: 'Redirect', channel, context: 'callsync-onwards', exten: 's', priority: '1' })
      const call = await stage.phone('1001').incoming()
      await call.answer()
      await stage.snapshot()
      await hangUpCustomer(stage)
      await call.ended
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'false' })
    },
  },
}
