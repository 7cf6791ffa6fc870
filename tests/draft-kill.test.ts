import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { anna, type CallsRig, callOf, legOf, openCallsRig } from '../server/calls/fixture.ts'
import { type Fixture, startFixture } from '../server/http/fixture.ts'
import type { DeskOrder } from './support/desk-child.ts'

// Two whole processes a case.
vi.setConfig({ testTimeout: 60_000 })

/** The real routes over the real card service and its database; Anna is whoever asks. */
let rig: CallsRig
let server: Fixture
let serverUrl: string
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-draft-kill-'))
  rig = await openCallsRig()
  server = await startFixture({
    handlers: {
      card: ({ params }) => rig.calls.cards.read(anna, params.id),
      writeDraft: ({ params, body }) => rig.calls.cards.writeDraft(anna, params.id, body),
      saveCard: ({ params, body }) => rig.calls.cards.save(anna, params.id, body),
    },
  })
  serverUrl = await server.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server.stop()
  await rig.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A call that has just ended: its card is in wrap-up. */
async function cardInWrapUp(at: number): Promise<string> {
  const leg = legOf(`${at}.1`, '1001', { state: 'up', answeredAtMs: 1 })
  rig.telephony.setCall(callOf(`${at}.0`, [leg], { state: 'talking', answeredAtMs: 1 }))
  await rig.settle()
  rig.telephony.endCall(`${at}.0`)
  await rig.settle()
  const cardId = `main:${at}.1`
  expect((await rig.calls.cards.read(anna, cardId)).state).toBe('wrapUp')
  return cardId
}

async function runDesk(order: DeskOrder): Promise<{ signal: string | null; left: unknown }> {
  const child = fork(join(import.meta.dirname, 'support/desk-child.ts'), {
    env: { ...process.env, DESK_ORDER: JSON.stringify(order) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let left: unknown = null
  child.on('message', (message) => {
    left = message
  })
  const [, signal] = await once(child, 'exit')
  return { signal: typeof signal === 'string' ? signal : null, left }
}

const savesOf = (cardId: string) => rig.store.db.selectFrom('card_writes').select('key').where('card_id', '=', cardId).execute()

const text = 'Клиент просит перезвонить завтра'
const steps = ['put', 'sendDraft', 'promote', 'sendSave', 'done'].flatMap((name) => [`${name}:before`, `${name}:after`])

let calls = 100
test.each([null, ...steps])(
  'kill -9 at %s: after the next start the card is on the server, once, and nothing is left here',
  async (killAt) => {
    calls += 1
    const cardId = await cardInWrapUp(calls)
    const order = { file: join(folder, `${calls}.db`), serverUrl, token: server.tokens.operator, userId: anna.id, cardId, text }
    const first = await runDesk({ ...order, killAt })
    expect(first.signal).toBe(killAt === null ? null : 'SIGKILL')
    const second = await runDesk({ ...order, killAt: null })
    expect(second).toEqual({ signal: null, left: { drafts: 0, rows: 0, offered: 0 } })
    const card = await rig.calls.cards.read(anna, cardId)
    expect(card).toMatchObject({ state: 'saved', fields: { notes: text, description: text } })
    expect(await savesOf(cardId)).toHaveLength(1)
  },
)
