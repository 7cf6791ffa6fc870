import type { AudioDevice } from '../phone.ts'

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
