import { Button, Skeleton } from '@mantine/core'
import { type Icon, IconAlertTriangle, IconCloudOff, IconInbox, IconLock } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { ApiError } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import classes from './states.module.css'
import { words } from './words.ts'

interface EmptyStateProps {
  title: string
  /** What to do, or when something will be here. */
  hint?: string
  icon?: Icon
  action?: React.ReactNode
}

export function EmptyState({ title, hint, icon: StateIcon = IconInbox, action }: EmptyStateProps) {
  return (
    <div className={classes.state}>
      <StateIcon size={28} stroke={1.25} aria-hidden />
      <div className={classes.title}>{title}</div>
      {hint !== undefined && <div className={classes.hint}>{hint}</div>}
      {action}
    </div>
  )
}

/** The words for an error by its code. */
export function useErrorWords(error: unknown): { title: string; hint: string } {
  const t = useWords(words)
  return t.errors[error instanceof ApiError ? error.code : 'internal']
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useWords(words)
  const { title, hint } = useErrorWords(error)
  const code = error instanceof ApiError ? error.code : 'internal'
  const StateIcon = code === 'offline' ? IconCloudOff : code === 'forbidden' ? IconLock : IconAlertTriangle
  return (
    <div className={classes.state} role="alert">
      <StateIcon size={28} stroke={1.25} aria-hidden />
      <div className={classes.title}>{title}</div>
      <div className={classes.hint}>{hint}</div>
      {onRetry && (
        <Button variant="default" size="xs" onClick={onRetry}>
          {t.retry}
        </Button>
      )}
    </div>
  )
}

/** Grey lines in the place of what comes, not before 150 ms so that a quick answer does not flash. */
export function LoadingLines({ lines = 4, height = 14 }: { lines?: number; height?: number }) {
  const t = useWords(words)
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={classes.lines} role="status" aria-label={t.loading}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <Skeleton key={line} height={height} width={`${92 - ((line * 17) % 40)}%`} visible={shown} animate={shown} />
      ))}
    </div>
  )
}
