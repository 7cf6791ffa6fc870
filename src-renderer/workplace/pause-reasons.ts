import { useMemo } from 'react'
import type { LiveOperator, PauseReason } from '../../server/contract/index.ts'
import { useLanguage } from '../app/i18n.ts'
import { usePauseReasons } from '../worklists/index.ts'

/** The administrator's reasons, in the chosen language; none until loaded. */
export function usePauseReasonList(): readonly (PauseReason & { readonly name: string })[] {
  const language = useLanguage()
  const { data } = usePauseReasons()
  return useMemo(() => (data?.reasons ?? []).map((reason) => ({ ...reason, name: reason[language] })), [data, language])
}

/** A reason in words; one set elsewhere (a desk phone, another program) is shown as it is. */
export function usePauseReasonName(): (reason: string | null) => string | null {
  const reasons = usePauseReasonList()
  return (reason) => (reason === null || reason === '' ? null : (reasons.find(({ code }) => code === reason)?.name ?? reason))
}

/** How long a pause may last, in milliseconds; null: as long as it likes, or it is no pause. */
export function usePauseLimit(): (operator: Pick<LiveOperator, 'status' | 'pauseReason'>) => number | null {
  const reasons = usePauseReasonList()
  return ({ status, pauseReason }) => {
    const limitMin = status === 'paused' ? reasons.find(({ code }) => code === pauseReason)?.limitMin : null
    return limitMin == null ? null : limitMin * 60_000
  }
}
