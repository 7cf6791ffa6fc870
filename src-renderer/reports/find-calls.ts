import type { CallRow } from '../../server/contract/index.ts'

export interface CallFilter {
  readonly search: string
  readonly outcome: CallRow['outcome'] | null
}

/** Rows whose number, customer, operator or description has the words. Digits find a number however it is written. */
export function findCalls(calls: readonly CallRow[], filter: CallFilter): CallRow[] {
  const search = filter.search.trim().toLocaleLowerCase()
  const digits = search.replace(/[\s()+-]/g, '')
  const isNumber = /^\d{3,}$/.test(digits)
  return calls.filter((call) => {
    if (filter.outcome !== null && call.outcome !== filter.outcome) return false
    if (search === '') return true
    if (isNumber && call.number.replace(/\D/g, '').includes(digits)) return true
    return [call.number, call.customerName, call.operatorName, call.queue?.name, call.description].some((text) =>
      text?.toLocaleLowerCase().includes(search),
    )
  })
}
