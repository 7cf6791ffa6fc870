import { createStore, type StoreApi } from 'zustand/vanilla'
import type { PhoneAccount } from '../../server/contract/index.ts'
import { watchResume } from '../platform/resume.ts'
import { openWorkerClock } from '../platform/worker-clock.ts'
import { leaveBootedPhone, type OpenPhone } from './booted-phone.ts'
import { WebExtensionLock } from './extension-lock.ts'
import { loadAudioSettings, onAudioSettingsStored, storeAudioSettings } from './media/audio-settings.ts'
import { BrowserMedia } from './media/browser-media.ts'
import type { PhoneState } from './phone.ts'
import { PhoneController } from './phone-controller.ts'
import { phoneOff } from './phone-store.ts'
import { loadSavedPhone, type SavedCalls, TabCallMemory } from './recovery/call-memory.ts'
import { askForDialogs } from './recovery/dialog-source.ts'
import { TabGivenUp } from './recovery/given-up.ts'
import { SipJsLink } from './sip/sip-js-link.ts'

export interface OpenPhoneRequest {
  readonly owner: string
  readonly account: PhoneAccount
  readonly saved?: SavedCalls | null
  readonly store?: StoreApi<PhoneState>
}

/** The phone on this browser's socket, devices, network and storage; started. */
export function openPhone(request: OpenPhoneRequest): OpenPhone {
  const { owner, account, saved = null } = request
  const audio = loadAudioSettings()
  const store = request.store ?? createStore<PhoneState>(() => phoneOff(audio))
  const clock = openWorkerClock()
  const controller = new PhoneController(
    {
      link: new SipJsLink({ account, clock, chance: Math.random }),
      media: new BrowserMedia(audio),
      lock: new WebExtensionLock(account.uri),
      clock,
      chance: Math.random,
      hints: {
        isOnline: () => navigator.onLine,
        onOnline,
        onResume: (listener) =>
          watchResume(
            {
              now: () => clock.nowMs(),
              // The worker's timers run on while the page is out of sight.
              isHidden: () => false,
              everySecond: (tick) => every(500, tick),
              onVisible: () => () => undefined,
            },
            listener,
          ),
        onNetworkChange,
      },
      audio,
      storeAudio: storeAudioSettings,
      onAudioStored: onAudioSettingsStored,
      memory: new TabCallMemory({ owner, account }),
      saved,
      givenUp: new TabGivenUp(owner),
      findDialogs: askForDialogs,
      newLineId: () => `out-${crypto.randomUUID()}`,
      onLeave,
    },
    store,
  )
  controller.start()
  return { owner, account, controller, store }

  function every(ms: number, tick: () => void): () => void {
    let stop = (): void => undefined
    const next = () => {
      stop = clock.after(ms, () => {
        next()
        tick()
      })
    }
    next()
    return () => stop()
  }
}

/** Opens the phone of a page that had calls when it was loaded anew; null for any other. */
export function bootPhone(): OpenPhone | null {
  const saved = loadSavedPhone()
  if (saved === null) return null
  const phone = openPhone({ ...saved, saved })
  leaveBootedPhone(phone)
  return phone
}

function onLeave(listener: () => void): () => void {
  window.addEventListener('pagehide', listener)
  return () => window.removeEventListener('pagehide', listener)
}

function onOnline(listener: (online: boolean) => void): () => void {
  const online = () => listener(true)
  const offline = () => listener(false)
  window.addEventListener('online', online)
  window.addEventListener('offline', offline)
  return () => {
    window.removeEventListener('online', online)
    window.removeEventListener('offline', offline)
  }
}

/** Chromium tells of another interface here sooner than by `online`, and of every new estimate of its speed too. */
function onNetworkChange(listener: () => void): () => void {
  const connection: unknown = Reflect.get(navigator, 'connection')
  if (!(connection instanceof EventTarget)) return () => undefined
  connection.addEventListener('change', listener)
  return () => connection.removeEventListener('change', listener)
}
