import type { Card } from '../../server/contract/index.ts'
import { formatPhone } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { words } from './words.ts'

type Caller = Pick<Card, 'customer' | 'callerName' | 'number'>

/** Who a card is about, in one line: the customer, else the name that came with the call, else the number. */
export function useCardTitle(): (card: Caller) => string {
  const t = useWords(words)
  return ({ customer, callerName, number }) => {
    if (customer) return customer.name
    if (callerName !== '') return callerName
    return number === '' ? t.withheld : formatPhone(number)
  }
}
