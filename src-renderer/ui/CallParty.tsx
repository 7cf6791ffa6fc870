import { IconArrowDownLeft, IconArrowsLeftRight, IconArrowUpRight } from '@tabler/icons-react'
import type { Direction } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import classes from './CallParty.module.css'
import { TwoLines } from './DataTable.tsx'
import { PhoneNumber } from './values.tsx'
import { words } from './words.ts'

const iconOf = { inbound: IconArrowDownLeft, outbound: IconArrowUpRight, internal: IconArrowsLeftRight } as const

interface CallPartyProps {
  readonly call: { direction: Direction; number: string; customerName: string | null }
  /** Who else from outside is in it, by name or number. */
  readonly others?: readonly string[]
}

/** The other side of a call in a table: direction, the customer's name where it is known, the number. */
export function CallParty({ call, others = [] }: CallPartyProps) {
  const t = useWords(words)
  const DirectionIcon = iconOf[call.direction]
  const number = <PhoneNumber number={call.number} />
  const more = others.length > 0 && <span title={others.join(', ')}>+ {others.join(', ')}</span>
  return (
    <span className={classes.party}>
      <DirectionIcon size={16} stroke={1.5} aria-label={t.direction[call.direction]} />
      {call.customerName !== null ? (
        <TwoLines first={<span title={call.customerName}>{call.customerName}</span>} second={more || number} />
      ) : more ? (
        <TwoLines first={number} second={more} />
      ) : (
        number
      )}
    </span>
  )
}
