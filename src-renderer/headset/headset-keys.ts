import type { PhonePress } from '../desktop/phone-press.ts'
import type { Line } from '../softphone/phone.ts'
import type { HeadsetKey, HeadsetLamp } from './report-layout.ts'

/** As much of the phone as a headset needs. */
export interface HeadsetPhone {
  readonly ringing: boolean
  /** A line is up or is being dialled. */
  readonly inCall: boolean
  readonly held: boolean
  readonly muted: boolean
}

export type KeysDown = ReadonlyMap<HeadsetKey, boolean>

/**
 * What the person meant, from the keys before and after one report.
 *
 *   hook   up → down:  answers a ringing call; in a call it is the headset's echo of our own lamp
 *          down → up:  hangs up; without a call an echo again
 *   mute   pressed:    toggles, whatever the headset shows itself: its lamp follows the phone
 *   flash  pressed:    answers the second call, else hold and back
 *   drop   pressed:    rejects a ringing call, else hangs up
 */
export function pressesOf(before: KeysDown, now: KeysDown, phone: HeadsetPhone): PhonePress[] {
  const presses: PhonePress[] = []
  const pressed = (key: HeadsetKey) => now.get(key) === true && before.get(key) !== true
  if (pressed('hook') && phone.ringing && !phone.inCall) presses.push('answer')
  if (now.get('hook') === false && before.get('hook') === true && phone.inCall) presses.push('hangUp')
  if (pressed('mute') && phone.inCall) presses.push('toggleMute')
  if (pressed('flash')) {
    if (phone.ringing) presses.push('answer')
    else if (phone.inCall) presses.push('toggleHold')
  }
  if (pressed('drop')) {
    if (phone.inCall) presses.push('hangUp')
    else if (phone.ringing) presses.push('reject')
  }
  return presses
}

/** The lamps follow the phone, whoever changed it. */
export function lampsOf(phone: HeadsetPhone): ReadonlySet<HeadsetLamp> {
  const lit = new Set<HeadsetLamp>()
  if (phone.inCall) lit.add('offHook')
  if (phone.ringing && !phone.inCall) lit.add('ring')
  if (phone.inCall && phone.muted) lit.add('mute')
  if (phone.held) lit.add('hold')
  return lit
}

export function phoneForHeadset(lines: readonly Pick<Line, 'phase' | 'muted'>[]): HeadsetPhone {
  const up = lines.filter(({ phase }) => phase !== 'ended' && phase !== 'ringingIn')
  const heard = up.filter(({ phase }) => phase !== 'held')
  return {
    ringing: lines.some(({ phase }) => phase === 'ringingIn'),
    inCall: up.length > 0,
    held: up.length > 0 && heard.length === 0,
    muted: heard.some(({ muted }) => muted),
  }
}
