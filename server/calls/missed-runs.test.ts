import type { KyselyPlugin } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { answerSpreadMs } from './card-conditions.ts'
import { type CallsRig, callOf, legOf, openCallsRig } from './fixture.ts'

let rig: CallsRig
let told: string[]
/** The database answers how many were missed only then. */
let answer: Promise<void>
const slow: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  async transformResult({ result }) {
    if (result.rows.some((row) => 'missed' in row)) await answer
    return result
  },
}
beforeEach(async () => {
  answer = Promise.resolve()
  rig = await openCallsRig((db) => db.withPlugin(slow))
  told = []
  rig.calls.missedRuns.onChange((operatorId) => told.push(`${operatorId} ${rig.calls.missedRuns.of(operatorId)}`))
})
afterEach(() => rig.close())

let calls = 1
const counts = () => ['anna', 'boris'].map((id) => rig.calls.missedRuns.of(id))
/** Rings at these phones for a while; one of them may take it. */
async function ring(
  extensions: readonly string[],
  takenBy: string | null,
  more: Parameters<typeof callOf>[2] = {},
): Promise<void> {
  const id = `${calls++}.0`
  const startedAtMs = rig.clock.nowMs()
  const legs = extensions.map((extension) => legOf(`${id}${extension}`, extension, { startedAtMs }))
  rig.telephony.setCall(callOf(id, legs, more))
  await rig.settle()
  rig.clock.advance(9_000)
  if (takenBy !== null) {
    const answeredAtMs = rig.clock.nowMs()
    const taken = legOf(`${id}${takenBy}`, takenBy, { state: 'up', startedAtMs, answeredAtMs })
    rig.telephony.setCall(callOf(id, [taken], { ...more, answeredAtMs, state: 'talking' }))
    await rig.settle()
    rig.clock.advance(9_000)
  }
  rig.telephony.endCall(id)
  await rig.settle()
  rig.clock.advance(answerSpreadMs)
  await rig.settle()
}

it('are the calls that rang in vain since the last one taken, and told as they come', async () => {
  await ring(['1001'], null)
  await ring(['1001', '1002'], null)
  expect(counts()).toEqual([2, 1])
  await ring(['1001'], '1001')
  expect(counts()).toEqual([0, 1])
  await ring(['1001'], null)
  expect(counts()).toEqual([1, 1])
  expect(told).toEqual(['anna 1', 'anna 2', 'boris 1', 'anna 0', 'anna 1'])
})

it('are none that a colleague took, that came from one, or that were dialled', async () => {
  await ring(['1001', '1002'], '1002')
  await ring(['1001'], null, { direction: 'internal', number: '1002', queue: null })
  expect(counts()).toEqual([0, 0])
  await ring(['1001'], null)
  expect(counts()).toEqual([1, 0])
})

it('are known after a restart', async () => {
  await ring(['1001'], '1001')
  await ring(['1001'], null)
  await ring(['1001'], null)
  await rig.restart()
  expect(counts()).toEqual([2, 0])
})

it.each([false, true])('are let go one by one as they get a day old (after a restart: %s)', async (restarted) => {
  const atMs = async (ms: number) => {
    rig.clock.advance(ms - rig.clock.nowMs())
    await rig.settle()
    return counts()
  }
  const firstMs = rig.clock.nowMs()
  await ring(['1001'], null)
  const secondMs = firstMs + 3_600_000
  await atMs(secondMs)
  await ring(['1001', '1002'], null)
  if (restarted) {
    await rig.restart()
    rig.calls.missedRuns.onChange((operatorId) => told.push(`${operatorId} ${rig.calls.missedRuns.of(operatorId)}`))
  }
  told = []
  expect(await atMs(firstMs + 86_400_000)).toEqual([2, 1])
  expect(await atMs(firstMs + 86_400_001)).toEqual([1, 1])
  expect(await atMs(secondMs + 86_400_001)).toEqual([0, 0])
  expect(told.sort()).toEqual(['anna 0', 'anna 1', 'boris 0'])
})

it('end with a call that is taken while they are counted', async () => {
  await ring(['1001'], null)
  let release: () => void = () => undefined
  answer = new Promise((resolve) => {
    release = resolve
  })
  rig.telephony.setCall(callOf('70.0', [legOf('70.1', '1001', { startedAtMs: rig.clock.nowMs() })]))
  await rig.settle()
  rig.telephony.endCall('70.0')
  await rig.settle()
  rig.clock.advance(answerSpreadMs)
  rig.telephony.setCall(callOf('77.0', [legOf('77.1', '1001', { state: 'up', answeredAtMs: rig.clock.nowMs() })]))
  await rig.calls.cards.idle()
  release()
  await rig.settle()
  expect(counts()).toEqual([0, 0])
})
