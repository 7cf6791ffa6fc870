import { Button, TextInput } from '@mantine/core'
import { IconArrowForwardUp } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useWords } from '../../app/i18n.ts'
import { dialable } from '../dial-number.ts'
import { words } from '../words.ts'
import classes from './DialPad.module.css'
import { usePhoneActions } from './provider.tsx'
import { usePhoneTask } from './use-phone-task.ts'

/** Blind transfer to a number. */
export function TransferForm({ lineId, onDone }: { lineId: string; onDone: () => void }) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const [number, setNumber] = useState('')
  const { error, busy, run } = usePhoneTask()

  return (
    <form
      className={classes.pad}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        const target = dialable(number)
        if (target === '') return
        void run(() => phone.blindTransfer(lineId, target)).then((done) => done && onDone())
      }}
    >
      <TextInput
        label={t.transferTo}
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
        placeholder={t.numberHint}
        inputMode="tel"
        autoComplete="off"
        data-autofocus
        data-testid="transfer-number"
      />
      <div className={classes.hint}>{t.transferHint}</div>
      <Button
        type="submit"
        leftSection={<IconArrowForwardUp size={18} stroke={1.5} />}
        disabled={dialable(number) === ''}
        loading={busy}
        data-testid="transfer-send"
      >
        {busy ? t.transferring : t.transfer}
      </Button>
      {error !== null && (
        <div className={classes.error} role="alert">
          {error}
        </div>
      )}
    </form>
  )
}
