import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { DeskCommand } from '../../src-preload/contract/index.ts'
import { useApi } from '../app/api.ts'
import { formatPhone } from '../app/format.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { later } from '../app/later.tsx'
import { usePlatform } from '../app/platform.ts'
import { useUser } from '../app/session.ts'
import { useDeskState } from '../card/desk-store.ts'
import { HeadsetService } from '../headset/HeadsetService.tsx'
import { usePhone, usePhoneActions } from '../softphone/index.ts'
import type { AudioDevice, Line } from '../softphone/phone.ts'
import { askTransfer } from '../softphone/transfer-ask.ts'
import { words as phoneWords } from '../softphone/words.ts'
import { useTellError } from '../workplace/actions.ts'
import { useDescribeLine } from '../workplace/describe-line.ts'
import { useOwnOperator } from '../workplace/OwnStatus.tsx'
import { usePauseReasonList } from '../workplace/pause-reasons.ts'
import { words as workplaceWords } from '../workplace/words.ts'
import { DialRequests } from './DialRequests.tsx'
import { deskSnapshot, signedOut, systemMicrophone } from './desk-snapshot.ts'
import { usePress } from './use-press.ts'
import { useStorageNotice } from './use-storage-notice.ts'
import { words } from './words.ts'

// Rare, and only on a desktop.
const ServerOffer = later(
  () => import('./ServerOffer.tsx'),
  (module) => module.ServerOffer,
)

/** What ties the workplace to the tray, the island, the notifications, links, global shortcuts and the headset. Shows only questions and notices. */
export function DeskServices() {
  const { capabilities } = usePlatform()
  useStorageNotice()
  // Another page of this computer has the phone: it speaks for the desk. That of another computer speaks for its own.
  const elsewhere = usePhone((state) => state.elsewhere)
  if (elsewhere === 'page') return null
  return (
    <>
      {capabilities.desk && <Publisher />}
      {capabilities.desk && <Commands />}
      {capabilities.dialRequests && <DialRequests />}
      {capabilities.serverChoice && <ServerOffer />}
      <HeadsetService />
    </>
  )
}

function Publisher() {
  const platform = usePlatform()
  const language = useLanguage()
  const dark = useComputedColorScheme() === 'dark'
  const t = useWords(words)
  const p = useWords(phoneWords)
  const pauseReasons = usePauseReasonList()
  const user = useUser()
  const operator = useOwnOperator()
  const lines = usePhone((state) => state.lines)
  const chosenMicrophone = usePhone((state) => state.audio.microphone)
  const cards = useDeskState((state) => state)
  const describeLine = useDescribeLine()
  const microphones = useMicrophones()
  const said = useMemo(() => {
    const describe = (line: Line) => {
      const { title, subtitle } = describeLine(line)
      const number = line.number === '' ? p.unknownNumber : formatPhone(line.number)
      return { title: title ?? number, subtitle: [subtitle, title === null ? null : number].filter(Boolean).join(' · ') }
    }
    const state = deskSnapshot({
      language,
      dark,
      personName: user.name,
      operator,
      pauseReasons: pauseReasons.map(({ code, name }) => ({ code, name })),
      microphones,
      chosenMicrophone,
      systemMicrophoneName: t.systemMicrophone,
      lines,
      describe,
      cards,
    })
    return JSON.stringify(state)
  }, [language, dark, user, operator, microphones, chosenMicrophone, lines, cards, describeLine, pauseReasons, t, p])

  // Published on change only: `said` is the whole state as text.
  useEffect(() => {
    platform.desk.publish(JSON.parse(said)).catch(() => undefined)
  }, [platform, said])

  // The page may leave the desk to another one, or the person may sign out.
  const look = useRef({ language, dark })
  look.current = { language, dark }
  useEffect(
    () => () => {
      platform.desk.publish(signedOut(look.current.language, look.current.dark)).catch(() => undefined)
    },
    [platform],
  )
  return null
}

function useMicrophones(): readonly AudioDevice[] {
  const phone = usePhoneActions()
  const link = usePhone((state) => state.link)
  const permission = usePhone((state) => state.microphone)
  const [microphones, setMicrophones] = useState<readonly AudioDevice[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: permission and the link change what can be listed
  useEffect(() => {
    let stale = false
    const read = () =>
      void phone.listDevices().then(
        (found) => stale || setMicrophones(found.microphones),
        () => undefined,
      )
    read()
    navigator.mediaDevices?.addEventListener('devicechange', read)
    return () => {
      stale = true
      navigator.mediaDevices?.removeEventListener('devicechange', read)
    }
  }, [phone, permission, link])
  return microphones
}

function Commands() {
  const platform = usePlatform()
  const api = useApi()
  const phone = usePhoneActions()
  const w = useWords(workplaceWords)
  const tell = useTellError()
  const press = usePress()
  const run = (command: DeskCommand) => {
    switch (command.kind) {
      case 'transfer':
        void platform.windows.focus()
        return askTransfer()
      case 'setPause':
      case 'unpause': {
        const reason = command.kind === 'setPause' ? command.reason : null
        const body = { paused: command.kind === 'setPause', reason }
        return void api.setOwnStatus({ body }).catch((error: unknown) => tell(w.statusFailed, error))
      }
      case 'chooseMicrophone': {
        const microphone = command.id === systemMicrophone ? null : command.id
        return void phone.chooseDevices({ microphone }).catch(() => undefined)
      }
      default:
        return press(command.kind)
    }
  }
  const latest = useRef(run)
  latest.current = run
  useEffect(() => platform.desk.onCommand((command) => latest.current(command)), [platform])
  return null
}
