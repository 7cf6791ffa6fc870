import { z } from 'zod'
import type { PhoneAccount } from '../../../server/contract/index.ts'
import { firstServer } from '../../../server/contract/server-mark.ts'
import type { DialogIdentity } from '../sip/sip-link.ts'
import { savedPhoneKey } from './saved-phone-key.ts'

/** A call as the next page would show it and take it over. Holds secrets: whoever has the dialog can take the call. */
export interface SavedCall {
  readonly lineId: string
  readonly dialog: DialogIdentity
  readonly direction: 'inbound' | 'outbound'
  readonly number: string
  readonly name: string
  readonly callId: string | null
  readonly legId: string | null
  readonly cardId: string | null
  readonly joined: boolean
  readonly held: boolean
  readonly muted: boolean
  readonly startedAtMs: number
  readonly answeredAtMs: number
}

/** Everything a page needs to be a phone again before it has asked the server anything. */
export interface SavedPhone {
  /** The person's id. */
  readonly owner: string
  readonly account: PhoneAccount
  readonly calls: readonly SavedCall[]
  /** An attended transfer under way, by line ids. */
  readonly consultation: { readonly callerId: string; readonly targetId: string } | null
}

/** What the phone itself knows of it. */
export type SavedCalls = Pick<SavedPhone, 'calls' | 'consultation'>

/** Where calls survive their page. Only while there are calls; never logged. */
export interface CallMemory {
  /** Without calls it wipes. Said again now and then while calls are up: it also tells when they last were. */
  save(saved: SavedCalls, nowMs: number): void
  /** Calls that were up a minute ago at the most, on any page of this computer. */
  recent(nowMs: number): readonly RecentCall[]
}

/** A call that may be given back although its page is gone with everything else. No secret, nor a number. */
export type RecentCall = Pick<SavedCall, 'lineId' | 'callId' | 'direction' | 'startedAtMs' | 'answeredAtMs'>

const text = z.string()
const savedPhone: z.ZodType<SavedPhone> = z.object({
  owner: text.min(1),
  account: z.object({
    socketUrl: text,
    uri: text,
    username: text,
    password: text,
    displayName: text,
    server: text.default(firstServer),
    echoNumber: text.nullable().default(null),
    iceServers: z.array(z.object({ urls: text, username: text.optional(), credential: text.optional() })),
  }),
  calls: z
    .array(
      z.object({
        lineId: text.min(1),
        dialog: z.object({ callId: text.min(1), localTag: text.min(1), remoteTag: text.min(1) }),
        direction: z.enum(['inbound', 'outbound']),
        number: text,
        name: text,
        callId: text.nullable(),
        legId: text.nullable(),
        cardId: text.nullable().default(null),
        joined: z.boolean().default(false),
        held: z.boolean(),
        muted: z.boolean(),
        startedAtMs: z.number(),
        answeredAtMs: z.number(),
      }),
    )
    .min(1),
  consultation: z.object({ callerId: text, targetId: text }).nullable(),
})

/** null for anything that an older version wrote, or a person edited. */
export function readSavedPhone(stored: string | null): SavedPhone | null {
  if (stored === null) return null
  try {
    return savedPhone.parse(JSON.parse(stored))
  } catch {
    return null
  }
}

/** About as long as the PBX keeps the other side waiting. */
const recentMs = 60_000
const recentKey = 'callsync.phone.recent'
const recentCalls = z.object({
  owner: text,
  atMs: z.number(),
  calls: z.array(
    z.object({
      lineId: text.min(1),
      callId: text.nullable(),
      direction: z.enum(['inbound', 'outbound']),
      startedAtMs: z.number(),
      answeredAtMs: z.number(),
    }),
  ),
})

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

export function loadSavedPhone(storage: Storage = sessionStorage): SavedPhone | null {
  return readSavedPhone(storage.getItem(savedPhoneKey))
}

/**
 * In the tab's session storage: it outlives a reload and a crash of the page, not the tab. That there were calls is
 * remembered by the computer, for the page that is opened after this one was closed.
 */
export class TabCallMemory implements CallMemory {
  readonly #phone: Pick<SavedPhone, 'owner' | 'account'>
  readonly #tab: Storage
  readonly #computer: Storage
  #saved: string | null = null

  constructor(
    phone: Pick<SavedPhone, 'owner' | 'account'>,
    { tab = sessionStorage, computer = localStorage }: { tab?: Storage; computer?: Storage } = {},
  ) {
    this.#phone = phone
    this.#tab = tab
    this.#computer = computer
  }

  save(saved: SavedCalls, nowMs: number): void {
    const next = saved.calls.length === 0 ? '' : JSON.stringify({ ...this.#phone, ...saved } satisfies SavedPhone)
    try {
      if (next !== this.#saved) {
        this.#saved = next
        if (next === '') this.#tab.removeItem(savedPhoneKey)
        else this.#tab.setItem(savedPhoneKey, next)
      }
      if (next !== '') this.#saveRecent(saved, nowMs)
    } catch {
      // Storage is closed to us: the call lives as long as the page.
    }
  }

  recent(nowMs: number): readonly RecentCall[] {
    try {
      const { owner, atMs, calls } = recentCalls.parse(JSON.parse(this.#computer.getItem(recentKey) ?? ''))
      return owner === this.#phone.owner && nowMs - atMs <= recentMs ? calls : []
    } catch {
      return []
    }
  }

  #saveRecent({ calls }: SavedCalls, atMs: number): void {
    const recent = calls.map(({ lineId, callId, direction, startedAtMs, answeredAtMs }) => ({
      lineId,
      callId,
      direction,
      startedAtMs,
      answeredAtMs,
    }))
    this.#computer.setItem(recentKey, JSON.stringify({ owner: this.#phone.owner, atMs, calls: recent }))
  }
}
