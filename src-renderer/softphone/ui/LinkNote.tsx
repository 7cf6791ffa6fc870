import { Button } from '@mantine/core'
import {
  type Icon,
  IconAppWindow,
  IconCheck,
  IconDevicesPc,
  IconLoader2,
  IconMicrophoneOff,
  IconPhoneIncoming,
  IconPhoneOff,
  IconPhoneOutgoing,
  IconPlugConnectedX,
  IconVolumeOff,
} from '@tabler/icons-react'
import { useWords } from '../../app/i18n.ts'
import { words } from '../words.ts'
import classes from './CallBar.module.css'
import { usePhone, usePhoneActions } from './provider.tsx'
import { useGivenUpText } from './use-given-up-text.ts'
import { useLocalNow } from './use-local-now.ts'
import { useMicrophoneWords } from './use-microphone-words.ts'
import { usePhoneTask } from './use-phone-task.ts'

interface Note {
  icon: Icon
  tone: 'ok' | 'wait' | 'alarm' | 'off'
  title: string
  hint?: string
  action?: { label: string; run: () => void; testId: string }
}

/** What the idle bar says about the phone: can it ring, can it be answered, and what to do if not. */
export function LinkNote() {
  const note = useNote()
  const link = usePhone((state) => state.link)
  const NoteIcon = note.icon
  return (
    <>
      <span className={classes.link} data-tone={note.tone} data-value={link} data-testid="phone-state" role="status">
        <NoteIcon size={18} stroke={1.5} aria-hidden />
        {note.title}
      </span>
      {note.hint !== undefined && <span className={classes.hint}>{note.hint}</span>}
      {note.action && (
        <Button size="xs" variant="default" onClick={note.action.run} data-testid={note.action.testId} style={{ flex: 'none' }}>
          {note.action.label}
        </Button>
      )}
    </>
  )
}

function useNote(): Note {
  const t = useWords(words)
  const link = usePhone((state) => state.link)
  const retryAtMs = usePhone((state) => state.retryAtMs)
  const elsewhere = usePhone((state) => state.elsewhere)
  const microphone = usePhone((state) => state.microphone)
  const ringerBlocked = usePhone((state) => state.ringerBlocked)
  const givenUp = usePhone((state) => state.givenUp)
  const phone = usePhoneActions()
  const givenUpText = useGivenUpText()
  const microphoneWords = useMicrophoneWords()
  const nowMs = useLocalNow(link === 'backingOff')
  const { run } = usePhoneTask()

  if (elsewhere !== null) {
    const action = { label: t.takeOver, run: phone.takeOver, testId: 'take-over' }
    const icon = elsewhere === 'page' ? IconAppWindow : IconDevicesPc
    return { icon, tone: 'wait', title: t.elsewhere[elsewhere], hint: t.elsewhereHint[elsewhere], action }
  }
  const retry = { label: t.retry, run: phone.reconnect, testId: 'reconnect' }
  switch (link) {
    case 'off':
      return { icon: IconPhoneOff, tone: 'off', title: t.off, hint: t.offHint }
    case 'offline':
      return { icon: IconPlugConnectedX, tone: 'wait', title: t.offline, hint: t.offlineHint }
    case 'connecting':
      return { icon: IconLoader2, tone: 'wait', title: t.connecting }
    case 'connected':
      return { icon: IconLoader2, tone: 'wait', title: t.connected }
    case 'backingOff': {
      const seconds = Math.max(0, Math.ceil(((retryAtMs ?? nowMs) - nowMs) / 1000))
      return { icon: IconPlugConnectedX, tone: 'wait', title: t.backingOff(seconds), action: retry }
    }
    case 'authFailed':
      return { icon: IconPlugConnectedX, tone: 'alarm', title: t.authFailed, hint: t.authFailedHint, action: retry }
    case 'registered':
      break
  }
  const askMicrophone = (label: string) => ({
    label,
    run: () => void run(phone.requestMicrophone),
    testId: 'allow-microphone',
  })
  if (microphone === 'denied') {
    return { icon: IconMicrophoneOff, tone: 'alarm', ...microphoneWords.denied }
  }
  if (microphone === 'missing') {
    const action = askMicrophone(microphoneWords.check)
    return { icon: IconMicrophoneOff, tone: 'alarm', ...microphoneWords.missing, action }
  }
  if (microphone === 'unknown') {
    const action = askMicrophone(microphoneWords.allow)
    return { icon: IconMicrophoneOff, tone: 'wait', ...microphoneWords.ask, action }
  }
  if (givenUp !== null) {
    const { direction, number, extension, crashed } = givenUp
    const icon = direction === 'inbound' ? IconPhoneIncoming : IconPhoneOutgoing
    const note: Note = { icon, tone: 'wait', title: givenUpText ?? '', ...(crashed && { hint: t.crashedHint[direction] }) }
    if (direction === 'inbound') return { hint: t.givenUpHint, ...note }
    const callAgain = () => void run(() => phone.dial(number, extension))
    return { ...note, action: { label: t.callAgain, run: callAgain, testId: 'call-again' } }
  }
  if (ringerBlocked) return { icon: IconVolumeOff, tone: 'wait', title: t.ready, hint: t.ringerBlocked }
  return { icon: IconCheck, tone: 'ok', title: t.ready }
}
