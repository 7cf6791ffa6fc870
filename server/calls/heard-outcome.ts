import type { CallOutcome } from '../contract/index.ts'

interface HeardCall {
  readonly direction: string
  readonly answered_at_ms: string | number | null
  readonly ended_at_ms: string | number | null
}

/** How a call ended that the server heard. Only a caller from outside is missed; whom we called has not answered. */
export function heardOutcome({ direction, answered_at_ms, ended_at_ms }: HeardCall): CallOutcome {
  if (ended_at_ms === null) return 'running'
  if (answered_at_ms !== null) return 'answered'
  return direction === 'inbound' ? 'missed' : 'noAnswer'
}
