import { IconPhone, IconPhoneIncoming, IconPhoneOutgoing, IconPhoneX } from '@tabler/icons-react'
import type { Direction } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { words } from './words.ts'

const signs = { inbound: IconPhoneIncoming, outbound: IconPhoneOutgoing, internal: IconPhone } as const satisfies Record<
  Direction,
  unknown
>

/** Which way a call went, or that it was missed. */
export function CallSign({
  direction,
  missed,
  className,
}: {
  direction: Direction
  missed?: boolean
  className?: string | undefined
}) {
  const t = useWords(words)
  const Sign = missed ? IconPhoneX : signs[direction]
  const label = missed ? t.missed : t.directions[direction]
  return <Sign className={className} size={14} stroke={1.5} role="img" aria-label={label} />
}
