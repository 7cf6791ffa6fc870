import { answered, callIn, type LedgerScenario, seconds } from './stage.ts'

/** Who is there to answer. */
export const memberScenarios: Readonly<Record<string, LedgerScenario>> = {
  members: {
    about: 'An operator joins a queue, pauses for lunch, changes the reason, comes back and leaves.',
    phones: ['1001'],
    async run(stage) {
      const member = { queue: '712', interface: 'PJSIP/1001' }
      await stage.action({ action: 'QueueAdd', ...member, membername: '1001', stateinterface: 'PJSIP/1001' })
      await seconds(2)
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'true', reason: 'lunch' })
      await seconds(2)
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'true', reason: 'meeting' })
      await seconds(2)
      await stage.action({ action: 'QueuePause', interface: 'PJSIP/1001', paused: 'false' })
      await seconds(1)
      await stage.action({ action: 'QueueRemove', ...member })
    },
  },
  'all-paused': {
    about: 'The only member of the queue is paused; the caller hangs up after six seconds.',
    phones: ['1001'],
    async run(stage) {
      const member = { queue: '712', interface: 'PJSIP/1001' }
      await stage.action({ action: 'QueueAdd', ...member, membername: '1001', stateinterface: 'PJSIP/1001' })
      await stage.action({ action: 'QueuePause', ...member, paused: 'true', reason: 'lunch' })
      const call = await callIn(stage, '712')
      await seconds(6)
      await stage.carrier.hangUp(call)
      await stage.action({ action: 'QueueRemove', ...member })
    },
  },
  'all-busy': {
    about: 'The only member of the queue talks; the next caller hangs up after six seconds.',
    phones: ['1001'],
    async run(stage) {
      const member = { queue: '712', interface: 'PJSIP/1001' }
      await stage.action({ action: 'QueueAdd', ...member, membername: '1001', stateinterface: 'PJSIP/1001' })
      const { ring } = await answered(stage, '712')
      const second = await stage.carrier.call({ from: '+79165550103', to: '+74950000712', play: null })
      await seconds(6)
      await stage.carrier.hangUp(second)
      await seconds(1)
      await ring.hangUp()
      await stage.action({ action: 'QueueRemove', ...member })
    },
  },
}
