import { Button, Dialog } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { DialRequest } from '../../src-preload/contract/index.ts'
import { useApi } from '../app/api.ts'
import { formatPhone } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { usePlatform } from '../app/platform.ts'
import { useUser } from '../app/session.ts'
import { dialRegion } from '../softphone/dial-region.ts'
import { usePhone, usePhoneActions } from '../softphone/index.ts'
import { usePhoneTask } from '../softphone/ui/use-phone-task.ts'
import classes from './desktop.module.css'
import { addRequests, dialObstacle, dropFirst, nameByNumber } from './dial-queue.ts'
import { words } from './words.ts'

/** Asks about each number that came from a link or the clipboard. Nothing is dialled without the person's word. */
export function DialRequests() {
  const platform = usePlatform()
  const [waiting, setWaiting] = useState<readonly DialRequest[]>([])
  useEffect(() => {
    let stopped = false
    const take = () => {
      platform.dialRequests.take().then(
        (arrived) => {
          if (stopped || arrived.length === 0) return
          setWaiting((now) => addRequests(now, arrived, dialRegion()))
          void platform.windows.focus()
        },
        () => undefined,
      )
    }
    const stop = platform.dialRequests.onRequested(take)
    take()
    return () => {
      stopped = true
      stop()
    }
  }, [platform])
  const [first] = waiting
  if (first === undefined) return null
  return <Question key={first.number} request={first} more={waiting.length - 1} onDone={() => setWaiting(dropFirst)} />
}

/** It takes no key from a person who is typing: another program opened the question, not they. */
const isTyping = (): boolean =>
  document.activeElement instanceof HTMLElement &&
  (document.activeElement.isContentEditable || /^(input|textarea|select)$/i.test(document.activeElement.tagName))

/** A stable function: called once, when the button appears. */
function focusUnlessTyping(button: HTMLButtonElement | null): void {
  if (!isTyping()) button?.focus()
}

function Question({ request, more, onDone }: { request: DialRequest; more: number; onDone: () => void }) {
  const t = useWords(words).dial
  const api = useApi()
  const user = useUser()
  const phone = usePhoneActions()
  const link = usePhone((state) => state.link)
  const lines = usePhone((state) => state.lines)
  const { error, busy, run } = usePhoneTask()
  const { number } = request
  const found = useQuery({
    queryKey: ['customers', 'byNumber', number],
    queryFn: () => api.searchCustomers({ query: { search: number, limit: 10 } }),
  })
  const name = nameByNumber(found.data?.customers ?? [], number)
  const obstacle = dialObstacle({ link, lines }, user.extension)
  const dial = async () => {
    if (await run(() => phone.dial(number))) onDone()
  }
  return (
    <Dialog opened position={{ top: 64, right: 16 }} size={360} withBorder shadow="md" data-testid="dial-question">
      <div role="alertdialog" aria-label={t.title(formatPhone(number))} onKeyDown={(event) => event.key === 'Escape' && onDone()}>
        <div className={classes.questionTitle}>{t.title(formatPhone(number))}</div>
        {name !== null && <div className={classes.questionName}>{name}</div>}
        <div className={classes.note}>
          {t.from[request.source]}
          {more > 0 && ` · ${t.more(more)}`}
        </div>
        {(obstacle !== null || error !== null) && (
          <div className={classes.problem} role="alert">
            {obstacle === null ? error : t.obstacle[obstacle]}
          </div>
        )}
        <div className={classes.questionButtons}>
          <Button variant="default" onClick={onDone} data-testid="dial-dismiss">
            {t.dismiss}
          </Button>
          <Button ref={focusUnlessTyping} onClick={dial} loading={busy} disabled={obstacle !== null} data-testid="dial-confirm">
            {t.call}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
