import { test } from '@playwright/test'
import { converse } from '../support/link-lab/calls.ts'
import type { Way } from '../support/link-lab/lab.ts'
import { newAddress, type Outage, pageClosed, reload, silentSocket, socketCut } from '../support/link-lab/outages.ts'
import { expectGoodbye, labForTests, survive } from '../support/link-lab/survival.ts'
import { rough, turn, wss } from '../support/link-lab/ways.ts'

/** Calls survive on other ways to the PBX than a clean office network with plain WebSockets (C3.7). */

const ways: readonly { readonly lab: string; readonly way: Way; readonly outages: readonly Outage[] }[] = [
  { lab: 'link-loss-wss', way: wss, outages: [socketCut(2), silentSocket, reload, newAddress] },
  { lab: 'link-loss-rough', way: rough, outages: [socketCut(2), reload, pageClosed(5)] },
  { lab: 'link-loss-turn', way: turn, outages: [socketCut(2), reload] },
]

for (const { lab: name, way, outages } of ways) {
  test.describe(way.name, () => {
    const { lab, operator, keep } = labForTests({ name, way })
    for (const outage of outages) {
      test(outage.name, async () => {
        const conversation = await converse(lab(), [operator()])
        keep(conversation)
        await survive(lab(), conversation, outage)
        await expectGoodbye(conversation)
      })
    }
  })
}
