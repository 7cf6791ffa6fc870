import { Button, Tooltip } from '@mantine/core'
import { IconClockHour4 } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { ApiError, type Card } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { formatDuration } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { useNow } from '../app/live/live.ts'
import { useDesk } from '../card/desk-store.ts'
import { words as cardWords } from '../card/words.ts'
import { Kbd } from '../ui/index.ts'
import { useTellError } from './actions.ts'
import classes from './CardPanel.module.css'
import { words } from './words.ts'
import { workKeys } from './work-keys.ts'

/** The wrap-up clock: how long the card stays open. It stands still while another call is talked on. */
export function WrapUpTitle({ card }: { card: Card }) {
  const t = useWords(words)
  const nowMs = useNow()
  const leftMs = card.wrapUpLeftMs ?? Math.max(0, (card.wrapUpEndsAtMs ?? nowMs) - nowMs)
  return (
    <div className={classes.wrapUp} data-testid="wrapup">
      <IconClockHour4 size={18} stroke={1.75} aria-hidden />
      <h2 className={classes.title}>{t.wrapUp}</h2>
      <span className={classes.clock} data-testid="wrapup-clock" role="timer">
        {formatDuration(leftMs)}
      </span>
      <div className={classes.rest} style={{ width: `${Math.min(100, (leftMs / card.extensionMs) * 100)}%` }} aria-hidden />
    </div>
  )
}

/** One click for as much again. */
export function ExtendButton({ card }: { card: Card }) {
  const t = useWords(words)
  const c = useWords(cardWords)
  const extend = useExtend(card.id)
  const exhausted = card.extensionsLeft === 0
  const title = t.extend(card.extensionMs / 1000)
  useKeys('wrap-up', c.card, [{ keys: workKeys.extend, title, run: () => exhausted || extend.isPending || extend.mutate() }])
  return (
    <Tooltip
      label={
        exhausted ? (
          t.noMoreExtend
        ) : (
          <span className={classes.keyTip}>
            {t.extendHint(card.extensionsLeft)} <Kbd keys={workKeys.extend} />
          </span>
        )
      }
    >
      <Button
        size="xs"
        variant="default"
        className={classes.extend}
        onClick={() => extend.mutate()}
        loading={extend.isPending}
        disabled={exhausted}
        data-testid="wrapup-extend"
      >
        {title}
      </Button>
    </Tooltip>
  )
}

/** The server said no; a server out of reach may say yes the next time. */
const isRefusal = (error: Error): boolean => error instanceof ApiError && error.code === 'conflict'

function useExtend(cardId: string) {
  const api = useApi()
  const desk = useDesk()
  const t = useWords(words)
  const tell = useTellError()
  return useMutation({
    mutationFn: () => api.extendWrapUp({ params: { id: cardId } }),
    onSuccess: (card) => desk?.feed(card),
    onError: (error) => tell(isRefusal(error) ? t.noMoreExtend : t.actionFailed, error),
  })
}
