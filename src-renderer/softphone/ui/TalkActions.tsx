import { Popover } from '@mantine/core'
import {
  IconArrowForwardUp,
  IconDialpad,
  IconMicrophone,
  IconMicrophoneOff,
  IconPlayerPause,
  IconPlayerPlay,
} from '@tabler/icons-react'
import { useWords } from '../../app/i18n.ts'
import type { Line } from '../phone.ts'
import { words } from '../words.ts'
import { BarAction } from './BarAction.tsx'
import { callKeys } from './call-keys.ts'
import { TonePad } from './TonePad.tsx'
import { TransferForm } from './TransferForm.tsx'

/** Which form of the bar is open. */
export type OpenForm = 'dial' | 'transfer' | 'add' | 'keypad' | null

interface TalkActionsProps {
  talk: Line
  busy: boolean
  open: OpenForm
  setOpen: (open: OpenForm) => void
  onHold: () => unknown
  onMute: () => unknown
  /** False during a consultation, which has its own end, and in a conference. */
  mayTransfer: boolean
}

/** What can be done in any answered call: hold, mute, tones, transfer. */
export function TalkActions({ talk, busy, open, setOpen, onHold, onMute, mayTransfer }: TalkActionsProps) {
  const t = useWords(words)
  const active = talk.phase === 'active'
  const toggle = (form: OpenForm) => setOpen(open === form ? null : form)
  const form = open === 'transfer' || open === 'add' ? open : null
  return (
    <>
      <BarAction
        icon={active ? IconPlayerPause : IconPlayerPlay}
        label={active ? t.hold : t.resume}
        shortcut={callKeys.hold}
        onClick={onHold}
        pressed={talk.phase === 'held'}
        disabled={busy}
        testId="hold"
      />
      <BarAction
        icon={talk.muted ? IconMicrophoneOff : IconMicrophone}
        label={talk.muted ? t.unmute : t.mute}
        shortcut={callKeys.mute}
        onClick={onMute}
        pressed={talk.muted}
        disabled={!active}
        testId="mute"
      />
      <Popover
        opened={open === 'keypad'}
        onChange={(opened) => setOpen(opened ? 'keypad' : null)}
        position="bottom-end"
        trapFocus
      >
        <Popover.Target>
          <BarAction
            icon={IconDialpad}
            label={t.keypad}
            shortcut={callKeys.keypad}
            onClick={() => toggle('keypad')}
            opened={open === 'keypad'}
            disabled={!active}
            testId="keypad"
          />
        </Popover.Target>
        <Popover.Dropdown>
          <TonePad lineId={talk.id} />
        </Popover.Dropdown>
      </Popover>
      {(mayTransfer || form !== null) && (
        <Popover opened={form !== null} onChange={(opened) => !opened && setOpen(null)} position="bottom-end" trapFocus>
          <Popover.Target>
            <BarAction
              icon={IconArrowForwardUp}
              label={t.transfer}
              shortcut={callKeys.transfer}
              onClick={() => toggle('transfer')}
              opened={form !== null}
              testId="transfer"
            />
          </Popover.Target>
          <Popover.Dropdown>
            <TransferForm key={form} line={talk} adds={form === 'add'} onDone={() => setOpen(null)} />
          </Popover.Dropdown>
        </Popover>
      )}
    </>
  )
}
