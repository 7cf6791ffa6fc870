import { Button, TextInput } from '@mantine/core'
import { IconArrowForwardUp } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useWords } from '../../app/i18n.ts'
import { useLive } from '../../app/live/live.ts'
import { useUser } from '../../app/session.ts'
import { StatusDot } from '../../ui/index.ts'
import { words as uiWords } from '../../ui/words.ts'
import { dialable } from '../dial-number.ts'
import { words } from '../words.ts'
import classes from './DialPad.module.css'
import { usePhoneActions } from './provider.tsx'
import { usePhoneTask } from './use-phone-task.ts'

/** Blind transfer to a colleague, whose state is seen first, or to a number. */
export function TransferForm({ lineId, onDone }: { lineId: string; onDone: () => void }) {
  const t = useWords(words)
  const statusWords = useWords(uiWords).status
  const phone = usePhoneActions()
  const colleagues = useColleagues()
  const [number, setNumber] = useState('')
  const { error, busy, run } = usePhoneTask()

  return (
    <form
      className={classes.transfer}
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
      {colleagues.length > 0 && (
        <div className={classes.colleagues}>
          {colleagues.map(({ id, name, extension, status }) => (
            <button
              key={id}
              type="button"
              className={classes.colleague}
              aria-pressed={extension === number}
              onClick={() => setNumber(extension ?? '')}
              data-testid="transfer-colleague"
            >
              <StatusDot status={status} />
              <span className={classes.colleagueName}>{name}</span>
              <span className={classes.colleagueState}>{statusWords[status]}</span>
            </button>
          ))}
        </div>
      )}
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

/** Who can be called, those who are free first. */
function useColleagues() {
  const user = useUser()
  const operators = useLive((state) => state.view?.operators)
  return (operators ?? [])
    .filter((operator) => operator.id !== user.id && operator.extension !== null && operator.status !== 'offline')
    .toSorted((a, b) => Number(b.status === 'available') - Number(a.status === 'available') || a.name.localeCompare(b.name, 'ru'))
}
