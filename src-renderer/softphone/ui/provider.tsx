import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { PhoneAccount } from '../../../server/contract/index.ts'
import { PlatformContext } from '../../app/platform.ts'
import { takeBootedPhone } from '../booted-phone.ts'
import { rememberDialled, showDialledOf } from '../dialled-numbers.ts'
import { loadAudioSettings, onAudioSettingsStored, storeAudioSettings } from '../media/audio-settings.ts'
import { BrowserMedia } from '../media/browser-media.ts'
import { PhoneSound } from '../media/phone-sound.ts'
import { type PhoneActions, PhoneError, type PhoneState } from '../phone.ts'
import type { PhoneController } from '../phone-controller.ts'
import { type PhoneStore, phoneOff } from '../phone-store.ts'

/** The SIP library is fetched beside the first screen, not before it. A failed fetch is tried again. */
async function loadPhone(): Promise<typeof import('../open-phone.ts')> {
  for (;;) {
    try {
      return await import('../open-phone.ts')
    } catch {
      await new Promise((resolve) => setTimeout(resolve, sipRetryMs))
    }
  }
}
const sipRetryMs = 2_000

interface PhoneOfPage {
  readonly store: PhoneStore
  readonly actions: PhoneActions
  readonly echoNumber: string | null
}
const PhoneContext = createContext<PhoneOfPage | null>(null)

/** Forwards to the phone of the moment, so that screens may keep their actions while the account changes. */
function actionsOf(current: () => PhoneController | null, sound: () => PhoneController | PhoneSound | null): PhoneActions {
  const or = <T,>(part: T | null): T => {
    if (part === null) throw new PhoneError('notConnected', 'There is no phone account')
    return part
  }
  const phone = () => or(current())
  return {
    dial: async (number, extension) => {
      await phone().dial(number, extension)
      rememberDialled(number, extension)
    },
    answer: async (lineId) => phone().answer(lineId),
    endAndAnswer: async (lineId) => phone().endAndAnswer(lineId),
    reject: async (lineId) => phone().reject(lineId),
    stopRinging: (lineId) => current()?.stopRinging(lineId),
    hangUp: async (lineId) => phone().hangUp(lineId),
    hold: async (lineId) => phone().hold(lineId),
    resume: async (lineId) => phone().resume(lineId),
    setMuted: (lineId, muted) => current()?.setMuted(lineId, muted),
    sendDtmf: async (lineId, tone) => phone().sendDtmf(lineId, tone),
    blindTransfer: async (lineId, number) => phone().blindTransfer(lineId, number),
    consult: async (callerLineId, number, extension) => {
      await phone().consult(callerLineId, number, extension)
      rememberDialled(number, extension)
    },
    completeTransfer: async (callerLineId) => phone().completeTransfer(callerLineId),
    backToCaller: async (callerLineId) => phone().backToCaller(callerLineId),
    expectEnd: (lineId, reason) => current()?.expectEnd(lineId, reason),
    learn: (lineId, learnt) => current()?.learn(lineId, learnt),
    sendExtension: async (lineId) => phone().sendExtension(lineId),
    requestMicrophone: async () => or(sound()).requestMicrophone(),
    listDevices: async () => sound()?.listDevices() ?? { microphones: [], speakers: [] },
    chooseDevices: async (choice) => or(sound()).chooseDevices(choice),
    setAudio: (change) => sound()?.setAudio(change),
    setNoiseSuppression: async (on) => or(sound()).setNoiseSuppression(on),
    testRinger: async () => or(sound()).testRinger(),
    watchMicrophone: async (onLevel) => or(sound()).watchMicrophone(onLevel),
    stats: async (lineId) => current()?.stats(lineId) ?? null,
    takeOver: () => current()?.takeOver(),
    reconnect: () => current()?.reconnect(),
  }
}

export interface PhoneProviderProps {
  /** The signed-in person's id; a window without a phone has none. */
  readonly owner: string | null
  /** null: there is no extension, or it is not known yet, or another window has the phone; it is off here. */
  readonly account: PhoneAccount | null
  /** Without a phone: devices and volumes can be set nevertheless, and the window with the phone takes them. */
  readonly setsSound?: boolean
  readonly children: ReactNode
}

/** One phone for the page. A page that was loaded anew in a call finds it running already. */
export function PhoneProvider({ owner, account, setsSound = false, children }: PhoneProviderProps) {
  const platform = useContext(PlatformContext)
  const [phone] = useState(() => {
    let booted = owner === null ? null : takeBootedPhone(owner)
    let controller = booted?.controller ?? null
    let sound: PhoneSound | null = null
    return {
      store: booted?.store ?? createStore<PhoneState>(() => phoneOff(loadAudioSettings())),
      actions: actionsOf(
        () => controller,
        () => controller ?? sound,
      ),
      account: booted?.account ?? account,
      wake: () => controller?.wake(),
      use: (next: PhoneController | null) => {
        controller = next
      },
      giveSound: (next: PhoneSound | null) => {
        sound = next
      },
      /** Once. */
      takeBooted: () => {
        const taken = booted
        booted = null
        return taken?.controller ?? null
      },
    }
  })
  // A refetched account is a new object with the same words in it: that is no reason to drop a registration.
  const wanted = JSON.stringify(account)
  const [used, use] = useState({ key: JSON.stringify(phone.account), account: phone.account })
  // Nor is another one (new relay credentials, a changed password) a reason to drop a call: it waits for the end.
  const inCall = useStore(phone.store, ({ lines }) => lines.some((line) => line.phase !== 'ended'))
  // A phone that is opened anew takes the extension: of one that another computer took it from, only the person may ask that.
  const displaced = useStore(phone.store, ({ elsewhere }) => elsewhere === 'computer') && account?.uri === used.account?.uri
  if (used.key !== wanted && !inCall && !displaced) use({ key: wanted, account })

  const uri = used.account?.uri ?? null
  useEffect(() => showDialledOf(uri), [uri])

  useEffect(() => {
    const { account } = used
    if (account === null || owner === null) return
    let controller = phone.takeBooted()
    let gone = false
    if (controller === null) {
      void loadPhone().then(({ openPhone }) => {
        if (gone) return
        controller = openPhone({ owner, account, store: phone.store }).controller
        phone.use(controller)
      })
    }
    return () => {
      gone = true
      phone.use(null)
      void controller?.stop()
    }
  }, [used, phone, owner])
  useEffect(() => platform?.onResume(phone.wake), [platform, phone])

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

  const echoNumber = used.account?.echoNumber ?? null
  const value = useMemo(() => ({ store: phone.store, actions: phone.actions, echoNumber }), [phone, echoNumber])
  return <PhoneContext value={value}>{children}</PhoneContext>
}

function usePhoneContext(): PhoneOfPage {
  const value = useContext(PhoneContext)
  if (value === null) throw new Error('The phone is used outside of <PhoneProvider>')
  return value
}

/** Part of the phone's state. A selector that makes a new object each time needs useShallow. */
export function usePhone<T>(selector: (state: PhoneState) => T): T {
  return useStore(usePhoneContext().store, selector)
}

/** Of the PBX's echo test; null: nobody has said. */
export const useEchoNumber = (): string | null => usePhoneContext().echoNumber

export const usePhoneActions = (): PhoneActions => usePhoneContext().actions
