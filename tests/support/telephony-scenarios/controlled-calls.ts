import { setTimeout as delay } from 'node:timers/promises'
import type { PhoneCall } from '../scripted-phone.ts'
import { callIn, hangUpCustomer, type Scenario, type Stage } from './stage.ts'

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

/** What the server does with calls; its part is played by the scenario. */
export const controlledCalls: Readonly<Record<string, Scenario>> = {
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
        channel: 'Local/s@callsync-announce/n',
        context: 'callsync-announce-into',
        exten: 's',
        priority: '1',
        async: 'true',
        variable: { CALLSYNC_SOUND: 'callsync/demo-person', CALLSYNC_CHANNEL: await stage.channel('PJSIP/1001-') },
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
      await stage.action({ action: 'Setvar', channel: other, variable: 'CALLSYNC_SOUND', value: 'callsync/demo-person' })
      await stage.action({ action: 'Redirect', ...place(other, 'callsync-leave', 's') })
      await call.ended
      await stage.snapshot()
      await delay(7_000)
    },
  },
}
