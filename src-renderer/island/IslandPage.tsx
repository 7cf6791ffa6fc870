import {
  type Icon,
  IconArrowForwardUp,
  IconArrowsDiagonal,
  IconMicrophone,
  IconMicrophoneOff,
  IconPhone,
  IconPhoneOff,
  IconPlayerPause,
  IconPlayerPlay,
} from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { DeskCall, DeskCommand, DeskState } from '../../src-preload/contract/index.ts'
import { formatDuration } from '../app/format.ts'
import { useKeys } from '../app/keys.ts'
import { PageFrame } from '../desktop/PageFrame.tsx'
import type { Platform } from '../platform/platform.ts'
import { useLocalNow } from '../softphone/ui/use-local-now.ts'
import classes from './IslandPage.module.css'
import { words } from './words.ts'

/** The always-on-top window of a call: knows what the workplace published, and nothing else. */
export function IslandPage({ platform }: { platform: Platform }) {
  const desk = useDesk(platform)
  return (
    <PageFrame platform={platform} language={desk?.language ?? null} dark={desk?.dark ?? null}>
      <Island
        call={desk?.call ?? null}
        language={desk?.language ?? 'ru'}
        onPress={(command) => void platform.desk.press(command).catch(() => undefined)}
        onOpen={() => void platform.windows.open('workplace').catch(() => undefined)}
      />
    </PageFrame>
  )
}

function useDesk(platform: Platform): DeskState | null {
  const [desk, setDesk] = useState<DeskState | null>(null)
  useEffect(() => {
    // What is told while the first state is read is newer than it.
    const stop = platform.desk.onState(setDesk)
    platform.desk.state().then(
      (first) => setDesk((now) => now ?? first),
      () => undefined,
    )
    return stop
  }, [platform])
  return desk
}

interface IslandProps {
  readonly call: DeskCall | null
  readonly language: DeskState['language']
  readonly onPress: (command: DeskCommand) => void
  readonly onOpen: () => void
}

function Island({ call, language, onPress, onOpen }: IslandProps) {
  const t = words[language]
  const nowMs = useLocalNow(call !== null)
  const press = (kind: Exclude<DeskCommand['kind'], 'setPause' | 'chooseMicrophone'>) => onPress({ kind })
  const rings = call?.phase === 'ringingIn'
  const talk = call?.phase === 'talking' || call?.phase === 'held'
  // The same keys as the call bar's.
  useKeys('island', t.keysTitle, [
    { keys: 'F2', title: t.answer, run: () => rings && press('answer') },
    { keys: 'F4', title: t.hangUp, run: () => call && press(rings ? 'reject' : 'hangUp') },
    { keys: 'F8', title: t.hold, run: () => talk && press('toggleHold') },
    { keys: 'F9', title: t.mute, run: () => call?.phase === 'talking' && press('toggleMute') },
    { keys: 'Shift+F8', title: t.transfer, run: () => talk && press('transfer') },
  ])
  return (
    <main className={classes.island} data-phase={call?.phase ?? 'none'} data-testid="island" aria-label={t.title}>
      <div className={classes.row}>
        <span className={classes.title} title={call?.title}>
          {call?.title ?? t.none}
        </span>
        {call && (
          <time className={classes.time} data-testid="island-time">
            {formatDuration(nowMs - call.sinceMs)}
          </time>
        )}
        <div className={classes.buttons}>
          <Press icon={IconArrowsDiagonal} label={t.open} onClick={onOpen} small />
        </div>
      </div>
      {call && (
        <div className={classes.row}>
          <div className={classes.about}>
            <span className={classes.phase} data-muted={call.muted || undefined} aria-live="polite">
              {call.muted ? t.muted : t.phase[call.phase]}
            </span>
            <span className={classes.subtitle}>{call.subtitle}</span>
          </div>
          <div className={classes.buttons}>
            {rings && (
              <>
                <Press icon={IconPhone} label={t.answer} keys="F2" tone="ok" onClick={() => press('answer')} />
                <Press icon={IconPhoneOff} label={t.reject} keys="F4" tone="alarm" onClick={() => press('reject')} />
              </>
            )}
            {talk && (
              <>
                <Press
                  icon={call.phase === 'held' ? IconPlayerPlay : IconPlayerPause}
                  label={call.phase === 'held' ? t.resume : t.hold}
                  keys="F8"
                  pressed={call.phase === 'held'}
                  onClick={() => press('toggleHold')}
                />
                <Press
                  icon={call.muted ? IconMicrophoneOff : IconMicrophone}
                  label={call.muted ? t.unmute : t.mute}
                  keys="F9"
                  pressed={call.muted}
                  disabled={call.phase === 'held'}
                  onClick={() => press('toggleMute')}
                />
                <Press icon={IconArrowForwardUp} label={t.transfer} keys="Shift+F8" onClick={() => press('transfer')} />
              </>
            )}
            {!rings && (
              <Press
                icon={IconPhoneOff}
                label={talk ? t.hangUp : t.cancel}
                keys="F4"
                tone="alarm"
                onClick={() => press('hangUp')}
              />
            )}
          </div>
        </div>
      )}
    </main>
  )
}

interface PressProps {
  readonly icon: Icon
  readonly label: string
  readonly keys?: string
  readonly tone?: 'ok' | 'alarm'
  readonly pressed?: boolean
  readonly disabled?: boolean
  readonly small?: boolean
  readonly onClick: () => void
}

function Press({ icon: Sign, label, keys, tone, pressed, disabled, small, onClick }: PressProps) {
  const name = keys === undefined ? label : `${label} (${keys})`
  return (
    <button
      type="button"
      className={classes.button}
      data-tone={tone}
      data-pressed={pressed || undefined}
      data-small={small || undefined}
      aria-label={label}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      // The window is too low for a tooltip of our own.
      title={name}
      disabled={disabled ?? false}
      onClick={onClick}
    >
      <Sign size={small ? 16 : 18} stroke={1.5} aria-hidden />
      {tone === 'ok' && label}
    </button>
  )
}
