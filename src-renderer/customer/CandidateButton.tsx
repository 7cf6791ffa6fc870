import type { Customer } from '../../server/contract/index.ts'
import { PhoneNumber, ToneBadge } from '../ui/index.ts'
import classes from './customer.module.css'

interface CandidateButtonProps {
  readonly customer: Customer
  /** null: only to look at. */
  readonly onPick: ((customer: Customer) => void) | null
}

/** One customer to choose, with what tells people of one number apart. */
export function CandidateButton({ customer, onPick }: CandidateButtonProps) {
  const [phone] = customer.phones
  return (
    <button
      type="button"
      className={classes.candidate}
      disabled={onPick === null}
      onClick={() => onPick?.(customer)}
      data-testid="customer-candidate"
    >
      <span className={classes.candidateName} dir="auto">
        {customer.name}
        {customer.tag && <ToneBadge tone="own">{customer.tag}</ToneBadge>}
      </span>
      <span className={classes.candidateMore} dir="auto">
        {phone !== undefined && <PhoneNumber number={phone} />}
        {customer.address !== '' && ` · ${customer.address}`}
      </span>
    </button>
  )
}
