import { Button, Tooltip } from '@mantine/core'
import { IconClockHour4 } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Card } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { formatDuration } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useNow } from '../app/live/live.ts'
import { useDesk } from '../card/desk-store.ts'
import { Kbd } from '../ui/index.ts'
import { useTellError } from './actions.ts'
import classes from './CardPanel.module.css'
import { words } from './words.ts'

const wrapUpMs = 60_000

/** The wrap-up clock: how long the card stays open, one key to finish, one click for more. */
export function WrapUpBar({ card, onFinish }: { card: Card; onFinish: () => void }) {
  const t = useWords(words)
  const nowMs = useNow()
  const extend = useExtend(card.id)
  const [exhausted, setExhausted] = useState(false)
  const endsAtMs = card.wrapUpEndsAtMs ?? nowMs
  // Rounded up, so that the last second is shown as one and nothing as nothing.
  const leftMs = Math.max(0, Math.ceil((endsAtMs - nowMs) / 1000) * 1000)
  return (
    <div className={classes.wrapUp} data-testid="wrapup">
      <div className={classes.wrapUpRow}>
        <IconClockHour4 size={18} stroke={1.5} aria-hidden />
        <span className={classes.wrapUpTitle}>{t.wrapUp}</span>
        <span className={classes.clock} data-testid="wrapup-clock" role="timer">
          {formatDuration(leftMs)}
        </span>
        <span className={classes.wrapUpHint}>{t.wrapUpHint}</span>
        <Tooltip label={exhausted ? t.noMoreExtend : t.extendHint}>
          <Button
            size="xs"
            variant="default"
            onClick={() => extend.mutate(undefined, { onError: () => setExhausted(true) })}
            loading={extend.isPending}
            disabled={exhausted}
            data-testid="wrapup-extend"
          >
            {t.extend}
          </Button>
        </Tooltip>
        <Tooltip label={<Kbd keys="Ctrl+Enter" />}>
          <Button size="xs" variant="default" onClick={onFinish} data-testid="wrapup-finish">
            {t.finish}
          </Button>
        </Tooltip>
      </div>
      <div className={classes.track} aria-hidden>
        <div className={classes.rest} style={{ width: `${Math.min(100, (leftMs / wrapUpMs) * 100)}%` }} />
      </div>
    </div>
  )
}

function useExtend(cardId: string) {
  const api = useApi()
  const desk = useDesk()
  const t = useWords(words)
  const tell = useTellError()
  return useMutation({
    mutationFn: () => api.extendWrapUp({ params: { id: cardId } }),
    onSuccess: (card) => desk?.feed(card),
    onError: (error) => tell(t.noMoreExtend, error),
  })
}
