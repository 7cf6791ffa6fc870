import { Button } from '@mantine/core'
import { useWords } from '../app/i18n.ts'
import classes from './LoadMore.module.css'
import { words } from './words.ts'

interface LoadMoreProps {
  readonly loading: boolean
  readonly onMore: () => void
  /** How much of it is shown. */
  readonly note?: string | undefined
  readonly testId?: string
}

/** Under a list of which there is more. */
export function LoadMore({ loading, onMore, note, testId }: LoadMoreProps) {
  const t = useWords(words)
  return (
    <div className={classes.more}>
      {note}
      <Button variant="default" size="xs" loading={loading} onClick={onMore} data-testid={testId}>
        {t.showMore}
      </Button>
    </div>
  )
}
