import { formatDuration, nothing } from '../app/format.ts'
import { useServerNow } from './clock.ts'
import { Value } from './Value.tsx'

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
    <Value text={nothing} width={width} size={size} />
  ) : (
    <Running sinceMs={sinceMs} width={width} size={size} />
  )
}

function Running({ sinceMs, ...at }: { sinceMs: number; width: number; size: number }) {
  return <Value text={formatDuration(useServerNow() - sinceMs)} {...at} />
}
