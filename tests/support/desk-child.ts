/**
 * A desktop's card desk in a process of its own, on the real draft store: types into a card and saves it, and can be
 * told to die (kill -9) at a step. Started a second time it does what a person does then: look, and finish.
 */
import { createApiClient } from '../../server/contract/index.ts'
import { openDatabase } from '../../src-main/drafts/database.ts'
import { createDraftStore, type SqliteDraftStore } from '../../src-main/drafts/draft-store.ts'
import { silentLog } from '../../src-main/log.ts'
import { CardDesk } from '../../src-renderer/card/card-sync.ts'
import type { DraftStore } from '../../src-renderer/platform/platform.ts'

export interface DeskOrder {
  readonly file: string
  readonly serverUrl: string
  readonly token: string
  readonly userId: string
  readonly cardId: string
  readonly text: string
  /** `promote:after` and so on; null: live. */
  readonly killAt: string | null
}

const order: DeskOrder = JSON.parse(process.env['DESK_ORDER'] ?? '')

/** Never comes back when this is the step to die at. */
function reach(step: string): void {
  if (order.killAt !== step) return
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way: nothing more may happen.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

function step<A extends unknown[], T>(name: string, work: (...args: A) => T): (...args: A) => Promise<T> {
  return async (...args) => {
    reach(`${name}:before`)
    const done = work(...args)
    reach(`${name}:after`)
    return done
  }
}

function deadly(store: SqliteDraftStore): DraftStore {
  return {
    put: step('put', store.put),
    get: async (key) => store.get(key),
    list: async (key) => store.list(key),
    remove: step('remove', store.remove),
    promote: step('promote', store.promote),
    outbox: async (key) => store.outbox(key),
    retryLater: step('retryLater', store.retryLater),
    done: step('done', store.done),
    state: async () => ({ notice: null, rowsSetAside: store.rowsSetAside(), damagedFiles: store.damagedFiles() }),
    wipe: async (key) => store.wipe(key),
  }
}

const { database, damaged } = openDatabase({ file: order.file, now: Date.now })
const store = createDraftStore({ database, damaged, log: silentLog })
const api = createApiClient({
  baseUrl: () => order.serverUrl,
  token: () => order.token,
  fetch: async (input, init) => {
    const name = init?.method === 'GET' ? 'read' : String(input).endsWith('/draft') ? 'sendDraft' : 'sendSave'
    reach(`${name}:before`)
    const response = await fetch(input, init)
    // The server has it; we never learn.
    reach(`${name}:after`)
    return response
  },
})
const desk = new CardDesk({
  store: deadly(store),
  api,
  userId: order.userId,
  clock: {
    nowMs: () => Date.now(),
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs)
      return () => clearTimeout(timer)
    },
  },
  serverNowMs: () => Date.now(),
  random: () => 0,
  uuid: () => crypto.randomUUID(),
})

/** Resolves when the desk is as wanted; it tells each change. */
const until = (wanted: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const stop = desk.subscribe(() => check())
    const check = () => {
      if (!wanted()) return
      stop()
      resolve()
    }
    check()
  })

const { cardId, text, userId } = order
await desk.start()
const card = await api.card({ params: { id: cardId } })
const open = card.state !== 'saved'
desk.feedOpen(open ? [card] : [])
if (!open) desk.feed(card)
desk.setOnline(true)
const entry = () => desk.state.entries[cardId]

if (open) {
  // A save that was on its way goes by itself; else the person reads on and finishes.
  if (!entry()?.saving) {
    const half = text.slice(0, text.length / 2)
    for (const typed of [half, text]) {
      if ((entry()?.fields.notes ?? '').length >= typed.length) continue
      desk.type(cardId, 'notes', typed)
      await until(() => entry()?.sync === 'onServer' && entry()?.keep === 'kept')
    }
    // One more that goes out with the save only.
    desk.type(cardId, 'description', text)
    await until(() => entry()?.keep === 'kept')
    await desk.save(cardId)
  }
}
await until(() => desk.state.waitingSaves === 0 && entry()?.saving !== true)
for (const { cardId: rest } of desk.state.offered) await desk.applyOffered(rest)
await until(() => desk.state.waitingSaves === 0)
await desk.flush()
desk.stop()
const left = { drafts: store.list({ userId }).length, rows: store.outbox({ userId }).length, offered: desk.state.offered.length }
database.close()
process.send?.(left)
process.disconnect?.()
