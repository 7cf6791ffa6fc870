import type { Line, PhoneActions } from '../softphone/phone.ts'
import { shownLines } from '../softphone/shown-lines.ts'

/** What can be pressed away from the call bar: tray, island, notification, global shortcut, headset. */
export type PhonePress = 'answer' | 'reject' | 'hangUp' | 'toggleHold' | 'toggleMute'

export type PhoneStep =
  | { readonly act: 'answer' | 'reject' | 'hangUp' | 'hold' | 'resume'; readonly lineId: string }
  | { readonly act: 'mute'; readonly lineId: string; readonly muted: boolean }

/** What a press means with these lines; null when there is nothing to press it on. The same lines as the call bar's keys. */
export function stepOfPress(lines: readonly Line[], press: PhonePress): PhoneStep | null {
  const { main, ringing } = shownLines(lines)
  const talk = main?.phase === 'active' || main?.phase === 'held' ? main : null
  switch (press) {
    case 'answer':
      return ringing && { act: 'answer', lineId: ringing.id }
    case 'reject':
      return ringing && { act: 'reject', lineId: ringing.id }
    case 'hangUp':
      return main && main.phase !== 'ended' ? { act: 'hangUp', lineId: main.id } : null
    case 'toggleHold':
      return talk && { act: talk.phase === 'active' ? 'hold' : 'resume', lineId: talk.id }
    case 'toggleMute':
      return talk?.phase === 'active' ? { act: 'mute', lineId: talk.id, muted: !talk.muted } : null
  }
}

/** Carries the step out; rejects as the phone does. */
export async function takeStep(phone: PhoneActions, step: PhoneStep): Promise<void> {
  switch (step.act) {
    case 'answer':
      return phone.answer(step.lineId)
    case 'reject':
      return phone.reject(step.lineId)
    case 'hangUp':
      return phone.hangUp(step.lineId)
    case 'hold':
      return phone.hold(step.lineId)
    case 'resume':
      return phone.resume(step.lineId)
    case 'mute':
      phone.setMuted(step.lineId, step.muted)
  }
}
