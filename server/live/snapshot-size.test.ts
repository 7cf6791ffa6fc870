import { expect, it } from 'vitest'
import { callOf, legOf, person, queueOf } from '../calls/fixture.ts'
import type { User } from '../contract/index.ts'
import { open } from './fixture.ts'

/** What docs/decisions/live-state.md says of a connection that comes back rests on this. */
it('of a floor of 300 with 150 talks, everything a reader may see is small enough to be sent again', () => {
  const rig = open()
  const operators = Array.from({ length: 300 }, (_, n) => person(`0f8fad5b-d9cb-469f-a165-70867728${1000 + n}`, String(1000 + n)))
  const galina = person('galina', '9000', 'supervisor')
  rig.users.set([...operators, galina])
  const extensions = operators.map(({ extension }) => extension ?? '')
  for (const name of extensions) rig.telephony.setEndpoint({ name, online: true, sinceMs: 1_763_690_000_000 })
  for (let queue = 701; queue <= 720; queue++) {
    const first = (queue - 701) * 15
    const callers = Array.from({ length: 3 }, (_, n) => ({
      callId: `${queue}.${n}`,
      number: '+79161234567',
      sinceMs: 1_763_690_000_000,
    }))
    rig.telephony.setQueue({ ...queueOf(String(queue), extensions.slice(first, first + 30)), waiting: callers })
  }
  for (let n = 0; n < 150; n++) {
    const answeredAtMs = 1_763_690_004_000
    const leg = legOf(`1763690000.${10_000 + n}`, extensions[2 * n] ?? '', { state: 'up', answeredAtMs })
    const talk = { state: 'talking', queue: '701', answeredAtMs, startedAtMs: 1_763_690_000_000 } as const
    rig.telephony.setCall(callOf(`1763690000.${20_000 + n}`, [leg], { ...talk, number: `+7916000${1000 + n}` }))
  }
  const bytesFor = (reader: User) => Buffer.byteLength(JSON.stringify(rig.board.viewFor(reader)))
  const [operator] = operators
  expect(rig.board.viewFor(galina).calls).toHaveLength(150)
  expect(bytesFor(galina)).toBeLessThan(200_000)
  expect(operator && bytesFor(operator)).toBeLessThan(120_000)
})
