import { ActionIcon, Loader, SegmentedControl, Select } from '@mantine/core'
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { ApiError, type Recording } from '../../server/contract/index.ts'
import { formatDuration } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import classes from './RecordingPlayer.module.css'
import { type Playback, type RecordingOf, speeds, usePlayback } from './use-playback.ts'
import { WaveformView } from './WaveformView.tsx'
import { words } from './words.ts'

const stepMs = 5_000

/** One recording: who spoke when, at any speed, each side by itself. `keyed`: it is the one the letters work on. */
export function RecordingPlayer({ of, recording, keyed }: { of: RecordingOf; recording: Recording; keyed: boolean }) {
  const t = useWords(words)
  const playback = usePlayback(of, recording)
  const { channel, speed, positionMs } = playback
  const moveSpeed = (by: number) => {
    const next = speeds[speeds.indexOf(speed) + by]
    if (next !== undefined) playback.chooseSpeed(next)
  }
  const nextChannel = () => {
    const { channels } = recording
    const next = channels[(channels.indexOf(channel) + 1) % channels.length]
    if (next) playback.chooseChannel(next)
  }
  useKeys(
    `player-${recording.id}`,
    t.keys,
    keyed
      ? [
          { keys: 'P', title: `${t.play} / ${t.pause}`, run: playback.toggle },
          { keys: 'J', title: t.back, run: () => playback.seek(positionMs - stepMs) },
          { keys: 'L', title: t.forward, run: () => playback.seek(positionMs + stepMs) },
          { keys: '[', title: t.slower, run: () => moveSpeed(-1) },
          { keys: ']', title: t.faster, run: () => moveSpeed(1) },
          { keys: 'V', title: t.nextChannel, run: nextChannel },
          { keys: 'ArrowLeft', title: `${t.position}: ${t.back}` },
          { keys: 'ArrowRight', title: `${t.position}: ${t.forward}` },
        ]
      : [],
  )
  return (
    <div
      className={classes.player}
      data-testid="recording"
      data-phase={playback.phase}
      data-playing={playback.playing || undefined}
    >
      <div className={classes.top}>
        <ActionIcon
          size={36}
          className={classes.play}
          onClick={playback.toggle}
          aria-label={playback.playing ? t.pause : t.play}
          title={`${playback.playing ? t.pause : t.play}${keyed ? ' · P' : ''}`}
          data-testid="recording-play"
        >
          {playback.phase === 'opening' ? (
            <Loader size={16} color="currentColor" />
          ) : playback.playing ? (
            <IconPlayerPauseFilled size={16} />
          ) : (
            <IconPlayerPlayFilled size={16} />
          )}
        </ActionIcon>
        <WaveformView recording={recording} playback={playback} />
      </div>
      {recording.channels.length > 1 && (
        <div className={classes.legend} data-testid="recording-legend">
          {(['customer', 'operator'] as const).map((side) => (
            <span key={side} data-side={side}>
              {t.sides[side]}
            </span>
          ))}
        </div>
      )}
      <div className={classes.bottom}>
        <span className={classes.time} data-testid="recording-time">
          {formatDuration(positionMs)} / {formatDuration(recording.durationMs)}
        </span>
        {recording.channels.length > 1 && (
          <SegmentedControl
            size="xs"
            value={channel}
            onChange={playback.chooseChannel}
            aria-label={t.channel}
            data={recording.channels.map((value) => ({ value, label: t.channels[value] }))}
            data-testid="recording-channel"
          />
        )}
        <Select
          size="xs"
          className={classes.speed}
          aria-label={t.speed}
          value={String(speed)}
          onChange={(value) => playback.chooseSpeed(speeds.find((one) => String(one) === value) ?? 1)}
          data={speeds.map((value) => ({ value: String(value), label: `${value}×` }))}
          allowDeselect={false}
          data-testid="recording-speed"
        />
      </div>
      {recording.partOnly && (
        <div className={classes.note} data-testid="recording-part">
          {t.partOnly}
        </div>
      )}
      {recording.pauses.length > 0 && <div className={classes.note}>{t.paused}</div>}
      <Problem playback={playback} />
    </div>
  )
}

function Problem({ playback }: { playback: Playback }) {
  const t = useWords(words)
  if (playback.phase !== 'failed' && playback.phase !== 'unplayable') return null
  const gone = playback.error instanceof ApiError && playback.error.code === 'notFound'
  return (
    <div className={classes.problem} role="alert">
      {playback.phase === 'unplayable' ? t.unplayable : gone ? t.gone : t.failed}
    </div>
  )
}
