import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { incompleteKey, openCall } from '../worklists/index.ts'
import classes from './WorkplaceScreen.module.css'
import { words } from './words.ts'

/** Cards that the wrap-up clock saved without what their forms require: one press opens the oldest to fill it in. */
export function IncompleteCards() {
  const t = useWords(words)
  const api = useApi()
  const { data } = useQuery({ queryKey: incompleteKey, queryFn: () => api.incompleteCards() })
  const cards = data?.cards ?? []
  const [oldest] = cards
  if (!oldest) return null
  return (
    <div className={classes.incomplete} role="status" data-testid="incomplete-cards">
      {t.incomplete(cards.length)}
      <Button size="compact-xs" variant="light" onClick={() => openCall(oldest.id)} data-testid="incomplete-open">
        {t.fillIn}
      </Button>
    </div>
  )
}
