import { test } from '@playwright/test'
import { converse } from '../support/link-lab/calls.ts'
import { newAddress, pageClosed, reload, silentSocket, socketCut } from '../support/link-lab/outages.ts'
import { expectGoodbye, labForTests, survive } from '../support/link-lab/survival.ts'
import { startTurnServer, type TurnServer } from '../support/link-lab/turn-server.ts'

/** Calls survive on other ways to the PBX than a clean office network with plain WebSockets (C3.7). */

const outages = [socketCut(2), silentSocket, reload, newAddress]

test.describe('SIP over wss, by Asterisk’s own TLS', () => {
  const { lab, operator, keep } = labForTests({ name: 'link-loss-wss', secure: true })
  for (const outage of outages) {
    test(outage.name, async () => {
      const conversation = await converse(lab(), [operator()])
      keep(conversation)
      await survive(lab(), conversation, outage)
      await expectGoodbye(conversation)
    })
  }
})

test.describe('5 % of all packets lost and 100 ms there and back', () => {
  const { lab, operator, keep } = labForTests({
    name: 'link-loss-rough',
    prepare: (seat) => seat.useRough({ lossPercent: 5, delayMs: 50, jitterMs: 5 }),
  })
  for (const outage of [socketCut(2), reload, pageClosed(5)]) {
    test(outage.name, async () => {
      const conversation = await converse(lab(), [operator()])
      keep(conversation)
      await survive(lab(), conversation, outage)
      await expectGoodbye(conversation)
    })
  }
})

test.describe('no way for media but a TURN server', () => {
  let turn: TurnServer | null = null
  const { lab, operator, keep } = labForTests({
    name: 'link-loss-turn',
    prepare: async (seat, running) => {
      turn ??= await startTurnServer(running.network.address)
      await running.useIceServers([turn.iceServer])
      seat.cutUdp(turn.port)
    },
  })
  test.afterAll(() => turn?.stop())
  for (const outage of [socketCut(2), reload]) {
    test(outage.name, async () => {
      const conversation = await converse(lab(), [operator()])
      keep(conversation)
      await survive(lab(), conversation, outage)
      await expectGoodbye(conversation)
    })
  }
})
