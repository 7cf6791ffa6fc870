import type { AudioDevice, AudioSettings, PhoneActions } from '../phone.ts'
import type { DeviceLists } from './media.ts'

/**
 * The remembered device among those present: by id, else by label (ids change when a browser's site data is cleared
 * or a headset moves to another port), else null: the system's default.
 */
export function matchDevice(wanted: AudioDevice | null, present: readonly AudioDevice[]): AudioDevice | null {
  if (wanted === null) return null
  const byId = present.find((device) => device.id === wanted.id)
  if (byId !== undefined) return byId
  // Without permission labels are empty: an empty label would match the first device there is.
  return wanted.label === '' ? null : (present.find((device) => device.label === wanted.label) ?? null)
}

/** The devices after a choice: one not spoken of stays, one that is not there gives way to the system's default. */
export function chosenDevices(
  before: Pick<AudioSettings, 'microphone' | 'speaker' | 'ringer'>,
  choice: Parameters<PhoneActions['chooseDevices']>[0],
  present: DeviceLists,
): Pick<AudioSettings, 'microphone' | 'speaker' | 'ringer'> {
  const pick = (id: string | null | undefined, from: readonly AudioDevice[], now: AudioDevice | null): AudioDevice | null =>
    id === undefined ? now : (from.find((device) => device.id === id) ?? null)
  return {
    microphone: pick(choice.microphone, present.microphones, before.microphone),
    speaker: pick(choice.speaker, present.speakers, before.speaker),
    ringer: pick(choice.ringer, present.speakers, before.ringer),
  }
}
