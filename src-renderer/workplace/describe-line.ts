import { useCallback } from 'react'
import { useWords } from '../app/i18n.ts'
import { useLive } from '../app/live/live.ts'
import { useUser } from '../app/session.ts'
import { useDeskState } from '../card/desk-store.ts'
import { colleagueAt, type DescribeLine } from '../softphone/index.ts'
import { cardOfLine } from './line-card.ts'
import { words } from './words.ts'

/** What the call bar shows of a line: the customer and the queue of its card, or the colleague at that extension. */
export function useDescribeLine(): DescribeLine {
  const t = useWords(words)
  const entries = useDeskState((state) => state.entries)
  const operators = useLive((state) => state.view?.operators)
  const { extension } = useUser()
  return useCallback(
    (line) => {
      const card = cardOfLine(
        line,
        Object.values(entries).map((entry) => entry.card),
      )
      const colleague = colleagueAt(line.number, extension, operators ?? [])
      const title = card?.customer?.name ?? colleague?.name ?? (card && card.callerName !== '' ? card.callerName : null)
      const subtitle = card?.queue?.name ?? (colleague ? t.colleague : null)
      return { title, subtitle }
    },
    [entries, operators, extension, t],
  )
}
