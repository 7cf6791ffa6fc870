// The desktop's drafts: from a keystroke to the disk, and the outbox after a day without a server.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Card, emptyCardFields } from '../server/contract/index.ts'
import { openDatabase } from '../src-main/drafts/database.ts'
import { createDraftStore } from '../src-main/drafts/draft-store.ts'
import { silentLog } from '../src-main/log.ts'
import type { OutboxRow } from '../src-preload/contract/index.ts'
import { bridgeRequests } from '../src-preload/contract/index.ts'
import { emptyDraft, typeField } from '../src-renderer/card/card-editor.ts'
import { CardDesk } from '../src-renderer/card/card-sync.ts'
import { toOutboxRow } from '../src-renderer/card/draft-row.ts'
import type { DraftStore } from '../src-renderer/platform/platform.ts'
import { atLeast, atMost, type Figure, forReference, percentile } from './figure.ts'
import { firstScreen } from './support/first-screen.ts'

const keystrokes = 600
const queued = 10_000
const userId = 'bench'

export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'callsync-bench-drafts-'))
  try {
    return [...(await typing(folder)), ...(await draining(folder)), ...(await firstScreen())]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const cardOf = (id: string): Card => ({
  id,
  callId: '1.0',
  legId: id,
  operatorId: userId,
  direction: 'inbound',
  state: 'wrapUp',
  number: '+74950000701',
  callerName: '',
  queue: null,
  queuedAtMs: null,
  ringingAtMs: 0,
  answeredAtMs: 0,
  endedAtMs: 1,
  wrapUpEndsAtMs: null,
  wrapUpLeftMs: null,
  savedAtMs: null,
  version: 1,
  fields: emptyCardFields,
  customer: null,
  customerMatch: 'none',
  candidates: [],
  contacts: [],
  transferredFrom: null,
  extensionsLeft: 5,
  extensionMs: 60_000,
  wrapUpMs: null,
  incomplete: false,
  ringCancelled: false,
  setupVersion: 1,
})

/** The store as the page has it: arguments and answers copied and checked on each way, as between the two processes. */
function overIpc(file: string) {
  const { database, damaged } = openDatabase({ file, now: Date.now })
  const store = createDraftStore({ database, damaged, log: silentLog })
  const pass =
    <A, T>(check: (value: unknown) => unknown, work: (args: A) => T) =>
    async (args: A): Promise<T> => {
      const copied = structuredClone(args)
      check(copied)
      return structuredClone(work(copied))
    }
  const of = (name: keyof typeof bridgeRequests) => (value: unknown) => bridgeRequests[name].args.parse(value)
  const drafts: DraftStore = {
    put: pass(of('drafts.put'), store.put),
    get: pass(of('drafts.get'), store.get),
    list: pass(of('drafts.list'), store.list),
    remove: pass(of('drafts.remove'), store.remove),
    promote: pass(of('drafts.promote'), store.promote),
    outbox: pass(of('outbox.list'), store.outbox),
    retryLater: pass(of('outbox.retryLater'), store.retryLater),
    done: pass(of('outbox.done'), store.done),
    state: async () => ({ notice: null, rowsSetAside: store.rowsSetAside(), damagedFiles: store.damagedFiles() }),
    wipe: async (key) => store.wipe(key),
  }
  return { drafts, close: () => database.close() }
}

const clock = {
  nowMs: () => Date.now(),
  after: (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

function openDesk(drafts: DraftStore, api: ConstructorParameters<typeof CardDesk>[0]['api']): CardDesk {
  const deps = {
    store: drafts,
    api,
    userId,
    clock,
    serverNowMs: clock.nowMs,
    random: Math.random,
    uuid: () => crypto.randomUUID(),
  }
  return new CardDesk(deps)
}

/** The real desk on the real store with its checks of both ways; between the processes only Electron's own wire is missing. */
async function typing(folder: string): Promise<Figure[]> {
  const { drafts, close } = overIpc(join(folder, 'typing.db'))
  const never = () => Promise.reject(new Error('offline'))
  const desk = openDesk(drafts, { card: never, writeDraft: never, saveCard: never })
  await desk.start()
  desk.feedOpen([cardOf('main:1.1')])
  const tookMs: number[] = []
  let text = ''
  for (let typed = 0; typed < keystrokes; typed++) {
    text += 'текст карточки '.charAt(typed % 15)
    const startMs = performance.now()
    desk.type('main:1.1', 'notes', text)
    await desk.flush()
    tookMs.push(performance.now() - startMs)
  }
  desk.stop()
  close()
  return [
    forReference('keystroke to disk (desk, checks, SQLite FULL), p50', percentile(tookMs, 50), 'ms'),
    atMost('keystroke to disk (desk, checks, SQLite FULL), p95', percentile(tookMs, 95), 'ms', 20),
  ]
}

/** A long day without a server, then the link is back: each row sent, answered and taken off the disk. */
async function draining(folder: string): Promise<Figure[]> {
  const { drafts, close } = overIpc(join(folder, 'draining.db'))
  const cards = Array.from({ length: queued }, (_, at) => cardOf(`main:${at}.1`))
  for (const [at, card] of cards.entries()) {
    const draft = typeField(emptyDraft, card, 'notes', `Заметка ${at}`)
    const row: OutboxRow = toOutboxRow({ id: crypto.randomUUID(), userId, cardId: card.id }, draft, at)
    await drafts.promote(row)
  }
  const sent = new Map<string, number>()
  const byId = new Map(cards.map((card) => [card.id, card]))
  const desk = openDesk(drafts, {
    card: async ({ params }) => {
      const card = byId.get(params.id)
      if (!card) throw new Error('no such card')
      return card
    },
    writeDraft: () => Promise.reject(new Error('no draft is left')),
    saveCard: async ({ params, body }) => {
      sent.set(params.id, (sent.get(params.id) ?? 0) + 1)
      const card = byId.get(params.id)
      if (!card) throw new Error('no such card')
      const fields = { ...card.fields, notes: body.changes.notes ?? '' }
      return { card: { ...card, state: 'saved', version: 2, fields }, clashes: [] }
    },
  })
  await desk.start()
  const startMs = performance.now()
  await new Promise<void>((resolve) => {
    const stop = desk.subscribe(() => {
      if (desk.state.waitingSaves > 0) return
      stop()
      resolve()
    })
    desk.setOnline(true)
  })
  while ((await drafts.outbox({ userId })).length > 0) await new Promise((resolve) => setImmediate(resolve))
  const seconds = (performance.now() - startMs) / 1_000
  desk.stop()
  close()
  if (sent.size !== queued || [...sent.values()].some((times) => times !== 1)) throw new Error('a row was lost or sent twice')
  return [atLeast(`outbox, ${queued} rows sent and taken off the disk`, queued / seconds, 'rows/s', 500)]
}
