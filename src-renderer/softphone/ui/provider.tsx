import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { PhoneAccount } from '../../../server/contract/index.ts'
import { PlatformContext } from '../../app/platform.ts'
import { systemClock } from '../../platform/clock.ts'
import { WebExtensionLock } from '../extension-lock.ts'
import { loadAudioSettings, onAudioSettingsStored, storeAudioSettings } from '../media/audio-settings.ts'
import { BrowserMedia } from '../media/browser-media.ts'
import { type PhoneActions, PhoneError, type PhoneState } from '../phone.ts'
import { PhoneController } from '../phone-controller.ts'
import { PhoneSound } from '../phone-sound.ts'
import { type PhoneStore, phoneOff } from '../phone-store.ts'

/** The SIP library is fetched beside the first screen, not before it. A failed fetch is tried again. */
async function loadSip(): Promise<typeof import('../sip/sip-js-link.ts')> {
  for (;;) {
    try {
      return await import('../sip/sip-js-link.ts')
    } catch {
      await new Promise((resolve) => setTimeout(resolve, sipRetryMs))
    }
  }
}
const sipRetryMs = 2_000

const PhoneContext = createContext<{ store: PhoneStore; actions: PhoneActions } | null>(null)

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

/** Forwards to the phone of the moment, so that screens may keep their actions while the account changes. */
function actionsOf(current: () => PhoneController | null, sound: () => PhoneController | PhoneSound | null): PhoneActions {
  const or = <T,>(part: T | null): T => {
    if (part === null) throw new PhoneError('notConnected', 'There is no phone account')
    return part
  }
  const phone = () => or(current())
  return {
    dial: async (number) => phone().dial(number),
    answer: async (lineId) => phone().answer(lineId),
    reject: async (lineId) => phone().reject(lineId),
    stopRinging: (lineId) => current()?.stopRinging(lineId),
    hangUp: async (lineId) => phone().hangUp(lineId),
    hold: async (lineId) => phone().hold(lineId),
    resume: async (lineId) => phone().resume(lineId),
    setMuted: (lineId, muted) => current()?.setMuted(lineId, muted),
    sendDtmf: async (lineId, tone) => phone().sendDtmf(lineId, tone),
    blindTransfer: async (lineId, number) => phone().blindTransfer(lineId, number),
    requestMicrophone: async () => or(sound()).requestMicrophone(),
    listDevices: async () => sound()?.listDevices() ?? { microphones: [], speakers: [] },
    chooseDevices: async (choice) => or(sound()).chooseDevices(choice),
    setAudio: (change) => sound()?.setAudio(change),
    testRinger: async () => or(sound()).testRinger(),
    watchMicrophone: async (onLevel) => or(sound()).watchMicrophone(onLevel),
    stats: async (lineId) => current()?.stats(lineId) ?? null,
    takeOver: () => current()?.takeOver(),
    reconnect: () => current()?.reconnect(),
  }
}

interface PhoneProviderProps {
  /** null: nobody is signed in, or there is no extension, or another window has the phone; it is off here. */
  readonly account: PhoneAccount | null
  /** Without a phone: devices and volumes can be set nevertheless, and the window with the phone takes them. */
  readonly setsSound?: boolean
  readonly children: ReactNode
}

/** One phone for the page. */
export function PhoneProvider({ account, setsSound = false, children }: PhoneProviderProps) {
  const platform = useContext(PlatformContext)
  const [phone] = useState(() => {
    let controller: PhoneController | null = null
    let sound: PhoneSound | null = null
    return {
      store: createStore<PhoneState>(() => phoneOff(loadAudioSettings())),
      actions: actionsOf(
        () => controller,
        () => controller ?? sound,
      ),
      use: (next: PhoneController | null) => {
        controller = next
      },
      giveSound: (next: PhoneSound | null) => {
        sound = next
      },
    }
  })
  // A refetched account is a new object with the same words in it: that is no reason to drop a registration.
  const wanted = JSON.stringify(account)
  const [used, use] = useState({ key: wanted, account })
  // Nor is another one (new relay credentials, a changed password) a reason to drop a call: it waits for the end.
  const inCall = useStore(phone.store, ({ lines }) => lines.some((line) => line.phase !== 'ended'))
  if (used.key !== wanted && !inCall) use({ key: wanted, account })

  useEffect(() => {
    const { account } = used
    if (account === null) return
    let controller: PhoneController | null = null
    let gone = false
    void loadSip().then(({ SipJsLink }) => {
      if (gone) return
      const { audio } = phone.store.getState()
      controller = new PhoneController(
        {
          link: new SipJsLink({ account }),
          media: new BrowserMedia(audio),
          lock: new WebExtensionLock(account.uri),
          clock: systemClock,
          chance: Math.random,
          audio,
          storeAudio: storeAudioSettings,
          onAudioStored: onAudioSettingsStored,
          isOnline: () => navigator.onLine,
          onOnline,
          onResume: (listener) => platform?.onResume(listener) ?? (() => undefined),
          newLineId: () => `out-${crypto.randomUUID()}`,
        },
        phone.store,
      )
      phone.use(controller)
      controller.start()
    })
    return () => {
      gone = true
      phone.use(null)
      void controller?.stop()
    }
  }, [used, phone, platform])

  const soundOnly = setsSound && account === null
  useEffect(() => {
    if (!soundOnly) return
    const { store } = phone
    const media = new BrowserMedia(store.getState().audio)
    const sound = new PhoneSound({ media, store, storeAudio: storeAudioSettings, onAudioStored: onAudioSettingsStored })
    phone.giveSound(sound)
    sound.start()
    return () => {
      phone.giveSound(null)
      sound.stop()
    }
  }, [soundOnly, phone])

  const value = useMemo(() => ({ store: phone.store, actions: phone.actions }), [phone])
  return <PhoneContext value={value}>{children}</PhoneContext>
}

function usePhoneContext(): { store: PhoneStore; actions: PhoneActions } {
  const value = useContext(PhoneContext)
  if (value === null) throw new Error('The phone is used outside of <PhoneProvider>')
  return value
}

/** Part of the phone's state. A selector that makes a new object each time needs useShallow. */
export function usePhone<T>(selector: (state: PhoneState) => T): T {
  return useStore(usePhoneContext().store, selector)
}

export const usePhoneActions = (): PhoneActions => usePhoneContext().actions
