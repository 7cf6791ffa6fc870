import type { AmiFields } from '../ami-event.ts'
import { type PbxSpy, type SpyMode, spyModes } from '../pbx-state.ts'
import type { Channel, Draft } from './live-state.ts'

/** Where callsync.conf's context has the spy; one that came another way (a feature code) counts as listening. */
export function spyModeOf(fields: AmiFields, prefix = ''): SpyMode {
  const mode = fields[`${prefix}context`] === 'callsync-spy' ? fields[`${prefix}exten`] : undefined
  return spyModes.find((each) => each === mode) ?? 'listen'
}

export function beginSpying(draft: Draft, spy: Channel, to: { on: string; mode: SpyMode; atMs: number }): void {
  const { uniqueid, endpoint } = spy
  const before = draft.spies.get(uniqueid)
  if (before?.on === to.on && before.mode === to.mode) return
  const next: PbxSpy = {
    uniqueid,
    endpoint,
    on: to.on,
    mode: to.mode,
    sinceMs: before?.mode === to.mode ? before.sinceMs : to.atMs,
  }
  if (before) touch(draft, before)
  draft.spies.set(uniqueid, next)
  touch(draft, next)
}

/** Another channel of the same phone hears on in the place of this one. */
export function moveSpying(draft: Draft, from: string, to: string): void {
  const spy = draft.spies.get(from)
  if (!spy) return
  draft.spies.delete(from)
  const next = { ...spy, uniqueid: to }
  draft.spies.set(to, next)
  touch(draft, next)
}

/** The channel ended: neither spies nor is spied on any more. */
export function forgetSpying(draft: Draft, uniqueid: string): void {
  for (const spy of [...draft.spies.values()]) {
    if (spy.uniqueid !== uniqueid && spy.on !== uniqueid) continue
    touch(draft, spy)
    draft.spies.delete(spy.uniqueid)
  }
}

function touch(draft: Draft, spy: PbxSpy): void {
  const spied = draft.channels.get(spy.on)
  if (spied) draft.touchedCalls.add(spied.linkedid)
}

/** `channels`: of a snapshot. What has come, gone or changed meanwhile. */
export function healSpies(draft: Draft, channels: readonly AmiFields[], atMs: number): void {
  const found = new Set<string>()
  for (const fields of channels) {
    const uniqueid = fields['uniqueid'] ?? ''
    const spy = draft.channels.get(uniqueid)
    if (!spy || fields['application'] !== 'ChanSpy') continue
    const on = spiedIn(draft, uniqueid, (fields['data'] ?? '').split(',')[0] ?? '')
    if (on === null) continue
    found.add(uniqueid)
    beginSpying(draft, spy, { on, mode: spyModeOf(fields), atMs })
  }
  for (const uniqueid of [...draft.spies.keys()]) if (!found.has(uniqueid)) forgetSpying(draft, uniqueid)
}

/** By a feature code the data names a phone, not a channel: then the one that was seen counts, or the first of that phone. */
function spiedIn(draft: Draft, spy: string, named: string): string | null {
  if (draft.channels.get(named)) return named
  const seen = draft.channels.get(draft.spies.get(spy)?.on ?? '')
  if (seen) return seen.uniqueid
  for (const { uniqueid, name } of draft.channels.values()) if (named !== '' && name.startsWith(`${named}-`)) return uniqueid
  return null
}
