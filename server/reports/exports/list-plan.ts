import { type HeardCallsList, heardCallsPlan, type RecordedCallsList, recordedCallsPlan } from './calls-plan.ts'
import { type BehindList, type By, behindPlan, type ListPlan } from './list-rows.ts'

export type AnyList = BehindList | RecordedCallsList | HeardCallsList

/** null: its rows are no calls. */
export function listPlan(list: AnyList, by: By): ListPlan | null {
  if (list.kind === 'behind') return behindPlan(list, by)
  return list.kind === 'calls' ? heardCallsPlan(list, by) : recordedCallsPlan(list, by)
}
