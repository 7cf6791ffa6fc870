import { z } from 'zod'
import type { AudioSettings } from '../phone.ts'

const device = z
  .object({ id: z.string().min(1), label: z.string() })
  .nullable()
  .catch(null)
const volume = z.number().min(0).max(1)

const stored = z.object({
  microphone: device,
  speaker: device,
  ringer: device,
  callVolume: volume.catch(1),
  ringerVolume: volume.catch(0.7),
  waitingTone: z.boolean().catch(true),
  dtmf: z.enum(['rfc4733', 'info']).catch('rfc4733'),
  noiseSuppression: z.boolean().catch(true),
})

const storageKey = 'callsync.phone.audio'

export const defaultAudio: AudioSettings = {
  microphone: null,
  speaker: null,
  ringer: null,
  callVolume: 1,
  ringerVolume: 0.7,
  waitingTone: true,
  dtmf: 'rfc4733',
  noiseSuppression: true,
}

/** What this computer remembers; a field that cannot be read falls back alone. */
export function readAudioSettings(text: string | null): AudioSettings {
  if (text === null) return defaultAudio
  try {
    return stored.parse(JSON.parse(text))
  } catch {
    return defaultAudio
  }
}

export function loadAudioSettings(): AudioSettings {
  try {
    return readAudioSettings(localStorage.getItem(storageKey))
  } catch {
    return defaultAudio
  }
}

export function storeAudioSettings(settings: AudioSettings): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(settings))
  } catch {
    // Storage is closed to us (private mode): the choice lasts as long as the page.
  }
}

/** Another window of this computer changed them; that window itself is not told. */
export function onAudioSettingsStored(listener: (settings: AudioSettings) => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === storageKey && event.newValue !== null) listener(readAudioSettings(event.newValue))
  }
  window.addEventListener('storage', onStorage)
  return () => window.removeEventListener('storage', onStorage)
}
