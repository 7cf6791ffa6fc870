import type { RecordingSpan } from '../../server/contract/index.ts'

export interface Waveform {
  /** 0..100, one slice after the other; the customer above the middle, the operator under it. */
  readonly customer: readonly number[]
  readonly operator: readonly number[]
}

export interface WaveformColors {
  readonly customer: string
  readonly operator: string
  /** What is still to come. */
  readonly rest: string
  readonly pause: string
}

export interface WaveformLook {
  readonly width: number
  readonly height: number
  readonly colors: WaveformColors
  readonly pauses: readonly RecordingSpan[]
  readonly durationMs: number
}

const barWidth = 2
const gap = 1

/** The loudest of the slices that share a bar. */
export function barsOf(peaks: readonly number[], bars: number): number[] {
  if (peaks.length === 0 || bars <= 0) return new Array<number>(Math.max(0, bars)).fill(0)
  return Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / bars)
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars))
    return Math.max(...peaks.slice(from, to))
  })
}

/** Speech lies mostly under a third of full loudness: shown as it is, it would be a line. */
const heightOf = (peak: number, room: number): number => Math.max(1, Math.sqrt(peak / 100) * room)

/** `playedShare` 0..1 has the sides' own colours. */
export function drawWaveform(
  canvas: CanvasRenderingContext2D,
  waveform: Waveform,
  playedShare: number,
  { width, height, colors, pauses, durationMs }: WaveformLook,
): void {
  canvas.clearRect(0, 0, width, height)
  const middle = height / 2
  const bars = Math.floor(width / (barWidth + gap))
  canvas.fillStyle = colors.pause
  for (const { fromMs, toMs } of pauses) {
    const x = (fromMs / durationMs) * width
    canvas.fillRect(x, 0, Math.max(2, ((toMs - fromMs) / durationMs) * width), height)
  }
  const sides = [
    { bars: barsOf(waveform.customer, bars), color: colors.customer, up: true },
    { bars: barsOf(waveform.operator, bars), color: colors.operator, up: false },
  ]
  for (const side of sides) {
    for (const [bar, peak] of side.bars.entries()) {
      const x = bar * (barWidth + gap)
      const tall = heightOf(peak, middle - 2)
      canvas.fillStyle = x / width < playedShare ? side.color : colors.rest
      canvas.fillRect(x, side.up ? middle - 1 - tall : middle + 1, barWidth, tall)
    }
  }
}
