import { useCallback } from 'react'
import type { Grouping, ReportRow } from '../../server/contract/index.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { groupText } from './group-text.ts'
import { reportWords } from './report-words.ts'
import { useDictionaryNames } from './use-calls.ts'
import { usePauseNames } from './use-pause-names.ts'

export type GroupName = (row: Pick<ReportRow, 'key' | 'name'>) => string

/** What people call a row of a report. */
export function useGroupName(groupBy: Grouping, timeZone: string): GroupName {
  const t = useWords(reportWords)
  const language = useLanguage()
  const { category, result } = useDictionaryNames()
  const pause = usePauseNames()
  return useCallback(
    (row) => groupText(row, groupBy, { t, language, timeZone, category, result, pause }),
    [groupBy, t, language, timeZone, category, result, pause],
  )
}
