import { IconAlertTriangle, IconCheck, IconCloudUpload, IconDeviceFloppy } from '@tabler/icons-react'
import { useWords } from '../app/i18n.ts'
import classes from './card.module.css'
import type { DeskEntry } from './desk-state.ts'
import { words } from './words.ts'

/** Where the typed text is now, in one word. Its place never jumps. */
export function KeepNote({ entry }: { entry: DeskEntry }) {
  const t = useWords(words)
  const { keep, sync } = entry
  const [Sign, text, tone] =
    keep === 'notKept' && sync !== 'onServer'
      ? ([IconAlertTriangle, t.keep.notKept, 'alarm'] as const)
      : sync === 'refused'
        ? ([IconAlertTriangle, t.keep.refused, 'alarm'] as const)
        : sync === 'here'
          ? ([IconDeviceFloppy, t.keep.here, 'wait'] as const)
          : sync === 'sending'
            ? ([keep === 'kept' ? IconCheck : IconCloudUpload, t.keep.draft, 'quiet'] as const)
            : ([IconCheck, t.keep.saved, 'quiet'] as const)
  return (
    <span className={classes.keep} data-tone={tone} data-testid="card-state" data-keep={keep} data-sync={sync} aria-live="polite">
      <Sign size={14} stroke={1.75} aria-hidden />
      {text}
    </span>
  )
}
