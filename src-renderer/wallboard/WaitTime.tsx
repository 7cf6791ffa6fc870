import { formatDuration, nothing } from '../app/format.ts'
import { useServerNow } from './clock.ts'
import { fitFigures } from './fit.ts'
import classes from './Wallboard.module.css'

interface WaitTimeProps {
  readonly sinceMs: number | null
  /** Nobody knows whether that caller still waits: no time runs on. */
  readonly old: boolean
  readonly width: number
  readonly size: number
}

/** How long the first in line has waited, running. */
export function WaitTime({ sinceMs, old, width, size }: WaitTimeProps) {
  return sinceMs === null || old ? (
    <Figures text={nothing} width={width} size={size} />
  ) : (
    <Running sinceMs={sinceMs} width={width} size={size} />
  )
}

function Running({ sinceMs, ...at }: { sinceMs: number; width: number; size: number }) {
  return <Figures text={formatDuration(useServerNow() - sinceMs)} {...at} />
}

/** A value as large as its place lets it be. */
export const Figures = ({ text, width, size }: { text: string; width: number; size: number }) => (
  <span className={classes.value} style={{ '--size': fitFigures(text, width, size) }}>
    {text}
  </span>
)
