import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { Recording } from '../../server/contract/index.ts'
import { formatDuration } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { dark, light } from '../ui/tokens.ts'
import { drawWaveform } from './draw-waveform.ts'
import classes from './RecordingPlayer.module.css'
import type { Playback } from './use-playback.ts'
import { words } from './words.ts'

const height = 48
const stepMs = 5_000
const silent = { customer: [], operator: [] }

/** Who spoke when; a click or the arrow keys go to a place. */
export function WaveformView({ recording, playback }: { recording: Recording; playback: Playback }) {
  const t = useWords(words)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const scheme = useComputedColorScheme('light')
  const { durationMs, pauses } = recording
  const { positionMs, waveform } = playback

  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context || width === 0) return
    const ratio = window.devicePixelRatio
    element.width = width * ratio
    element.height = height * ratio
    context.scale(ratio, ratio)
    const tokens = scheme === 'dark' ? dark : light
    drawWaveform(context, waveform ?? silent, durationMs === 0 ? 0 : positionMs / durationMs, {
      width,
      height,
      durationMs,
      pauses,
      colors: { customer: tokens.okSolid, operator: tokens.accent, rest: tokens.borderStrong, pause: tokens.waitSoft },
    })
  }, [width, waveform, positionMs, durationMs, pauses, scheme])

  const seekTo = (event: React.PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    playback.seek(((event.clientX - box.left) / box.width) * durationMs)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const to: Record<string, number> = {
      ArrowLeft: positionMs - stepMs,
      ArrowRight: positionMs + stepMs,
      Home: 0,
      End: durationMs,
    }
    const ms = to[event.key]
    if (ms === undefined) return
    event.preventDefault()
    event.stopPropagation()
    playback.seek(ms)
  }
  return (
    <div className={classes.waveformBox}>
      <canvas
        ref={canvas}
        className={classes.waveform}
        style={{ height }}
        tabIndex={0}
        role="slider"
        aria-label={t.position}
        aria-valuemin={0}
        aria-valuemax={Math.round(durationMs / 1_000)}
        aria-valuenow={Math.round(positionMs / 1_000)}
        aria-valuetext={t.at(formatDuration(positionMs), formatDuration(durationMs))}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          seekTo(event)
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1) seekTo(event)
        }}
        onKeyDown={onKeyDown}
        data-testid="recording-waveform"
      />
      {playback.phase === 'idle' && <span className={classes.before}>{t.before}</span>}
    </div>
  )
}
