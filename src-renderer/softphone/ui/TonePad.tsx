import { useState } from 'react'
import { useWords } from '../../app/i18n.ts'
import { words } from '../words.ts'
import classes from './DialPad.module.css'
import { KeyGrid } from './KeyGrid.tsx'
import { usePhoneActions } from './provider.tsx'
import { usePhoneTask } from './use-phone-task.ts'

/** Keys for the voice menu at the other side; the keyboard's digits work too. */
export function TonePad({ lineId }: { lineId: string }) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const [sent, setSent] = useState('')
  const { error, run } = usePhoneTask()

  const send = async (tone: string) => {
    if (await run(() => phone.sendDtmf(lineId, tone))) setSent((before) => before + tone)
  }

  return (
    <fieldset
      className={`${classes.pad} ${classes.keypad}`}
      aria-label={t.keypad}
      tabIndex={-1}
      data-autofocus
      onKeyDown={(event) => {
        if (!/^[0-9*#]$/.test(event.key)) return
        event.preventDefault()
        void send(event.key)
      }}
    >
      <div className={classes.tones} aria-live="polite" data-testid="tones-sent">
        {sent}
      </div>
      <KeyGrid onKey={(key) => void send(key)} />
      {error !== null && (
        <div className={classes.error} role="alert">
          {error}
        </div>
      )}
    </fieldset>
  )
}
