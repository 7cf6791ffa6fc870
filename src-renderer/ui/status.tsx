import {
  type Icon,
  IconCircleCheck,
  IconCircleDashed,
  IconClockHour4,
  IconPhone,
  IconPhoneIncoming,
  IconPlayerPause,
} from '@tabler/icons-react'
import type { OperatorStatus } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import classes from './status.module.css'
import { words } from './words.ts'

/** Meaning of a colour; always beside a word or an icon. */
export type Tone = 'ok' | 'wait' | 'alarm' | 'off' | 'own'

export const toneOf: Record<OperatorStatus, Tone> = {
  available: 'ok',
  ringing: 'wait',
  onCall: 'ok',
  wrapUp: 'wait',
  paused: 'wait',
  offline: 'off',
}

const iconOf: Record<OperatorStatus, Icon> = {
  available: IconCircleCheck,
  ringing: IconPhoneIncoming,
  onCall: IconPhone,
  wrapUp: IconClockHour4,
  paused: IconPlayerPause,
  offline: IconCircleDashed,
}

/** A dot of the status's colour; its name for screen readers and on hover. */
export function StatusDot({ status }: { status: OperatorStatus }) {
  const t = useWords(words)
  const name = t.status[status]
  return <span className={classes.dot} data-tone={toneOf[status]} role="img" aria-label={name} title={name} />
}

/** Icon and word on the status's soft ground. `note`: e.g. the pause's reason instead of the bare word. */
export function StatusBadge({ status, note }: { status: OperatorStatus; note?: string | null }) {
  const t = useWords(words)
  const StatusIcon = iconOf[status]
  return (
    <ToneBadge tone={toneOf[status]} strong={status === 'onCall' || status === 'ringing'}>
      <StatusIcon size={14} stroke={1.75} aria-hidden />
      <span className={classes.label}>{note ? `${t.status[status]} · ${note}` : t.status[status]}</span>
    </ToneBadge>
  )
}

/** A small label of a tone, for states that are not an operator's. */
export function ToneBadge({ tone, strong, children }: { tone: Tone; strong?: boolean; children: React.ReactNode }) {
  return (
    <span className={classes.badge} data-tone={tone} data-strong={strong || undefined}>
      {children}
    </span>
  )
}
