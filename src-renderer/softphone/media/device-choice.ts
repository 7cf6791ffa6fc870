import type { AudioDevice, AudioSettings, PhoneActions } from '../phone.ts'
import type { DeviceLists, MicrophoneUse } from './media.ts'

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

type Listed = Pick<MediaDeviceInfo, 'deviceId' | 'groupId' | 'label'>

/** Chromium lists these beside the devices they stand for. */
const aliases = new Set(['default', 'communications'])
export const isAlias = ({ deviceId }: Pick<Listed, 'deviceId'>): boolean => aliases.has(deviceId)

/** Where the microphone of a track stands to the one that was chosen. `present`: the microphones the browser lists, aliases too. */
export function microphoneUse(
  track: Pick<MediaStreamTrack, 'label' | 'readyState' | 'getSettings'>,
  wanted: AudioDevice | null,
  present: readonly Listed[],
): MicrophoneUse {
  const { deviceId, groupId } = track.getSettings()
  const real = present.filter((device) => !isAlias(device))
  const used = real.find((device) => device.deviceId === deviceId) ?? real.find((device) => groupId && device.groupId === groupId)
  const known = { label: used?.label || track.label, listed: used !== undefined }
  const gone = track.readyState === 'ended'
  if (wanted === null) {
    // Opened as «default» a track stays on what that was then; the system may mean another device by now.
    const system = present.find((device) => device.deviceId === 'default')
    const other = system !== undefined && groupId !== undefined && system.groupId !== groupId
    if (gone) return { ...known, standing: real.length === 0 ? 'absent' : 'back' }
    return { ...known, standing: other ? 'back' : 'wanted' }
  }
  const found = matchDevice(
    wanted,
    real.map((device) => ({ id: device.deviceId, label: device.label })),
  )
  if (found === null) return { ...known, standing: gone && real.length > 0 ? 'back' : 'absent' }
  return { ...known, standing: !gone && found.id === deviceId ? 'wanted' : 'back' }
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
