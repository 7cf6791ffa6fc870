import { IconCreditCard } from '@tabler/icons-react'
import type { LiveCall } from '../../../server/contract/index.ts'
import { useWords } from '../../app/i18n.ts'
import { words } from '../control/words.ts'
import { BarAction } from './BarAction.tsx'
import classes from './CallBar.module.css'
import { callKeys } from './call-keys.ts'

interface RecordingActionProps {
  call: LiveCall
  busy: boolean
  onToggle: () => void
}

/** Whether the call is recorded, in a word, and the way to be silent in it while card data is said. */
export function RecordingAction({ call, busy, onToggle }: RecordingActionProps) {
  const t = useWords(words)
  if (call.recording === 'none') return null
  const paused = call.recording === 'paused'
  return (
    <span className={classes.recording} data-paused={paused || undefined} data-testid="recording" data-value={call.recording}>
      <span className={classes.recordingWord} role="status">
        <span className={classes.recordingDot} aria-hidden />
        {paused ? t.recordingPaused : t.recordingOn}
      </span>
      <BarAction
        icon={IconCreditCard}
        label={paused ? t.resumeRecording : t.pauseRecording}
        shortcut={callKeys.recording}
        onClick={onToggle}
        pressed={paused}
        disabled={busy}
        hint={call.recordingForced ? t.recordingForced : undefined}
        testId="toggle-recording"
      />
    </span>
  )
}
