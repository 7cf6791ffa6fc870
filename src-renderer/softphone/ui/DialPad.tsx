import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconBackspace, IconPhone } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { formatPhone } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { dialable, lastDialled, rememberDialled } from '../dial-number.ts'
import { words } from '../words.ts'
import classes from './DialPad.module.css'
import { KeyGrid } from './KeyGrid.tsx'
import { usePhone, usePhoneActions } from './provider.tsx'
import { usePhoneTask } from './use-phone-task.ts'

/** Types or pastes a number and calls it. */
export function DialPad({ onDialled }: { onDialled?: () => void }) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const ready = usePhone((state) => state.link === 'registered')
  const [number, setNumber] = useState('')
  const [last, setLast] = useState(lastDialled)
  const { error, busy, run } = usePhoneTask()

  const call = async (wanted: string) => {
    const target = dialable(wanted)
    if (target === '' || !(await run(() => phone.dial(target)))) return
    rememberDialled(target)
    setLast(target)
    setNumber('')
    onDialled?.()
  }

  return (
    <form
      className={classes.pad}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void call(number)
      }}
    >
      <TextInput
        className={classes.number}
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
        onPaste={(event) => {
          event.preventDefault()
          setNumber(dialable(event.clipboardData.getData('text')))
        }}
        onBlur={() => setNumber(dialable(number))}
        placeholder={t.number}
        aria-label={t.numberHint}
        inputMode="tel"
        autoComplete="off"
        data-autofocus
        data-testid="dial-number"
        rightSection={
          number === '' ? null : (
            <ActionIcon onClick={() => setNumber(number.slice(0, -1))} aria-label={t.erase}>
              <IconBackspace size={18} stroke={1.5} />
            </ActionIcon>
          )
        }
      />
      <KeyGrid onKey={(key) => setNumber((before) => before + key)} />
      <Button
        type="submit"
        leftSection={<IconPhone size={18} stroke={1.5} />}
        disabled={!ready || dialable(number) === ''}
        loading={busy}
        data-testid="dial"
      >
        {t.dial}
      </Button>
      {last !== '' && number === '' && (
        <Button className={classes.redial} variant="subtle" size="compact-sm" disabled={!ready} onClick={() => void call(last)}>
          {t.redial(formatPhone(last))}
        </Button>
      )}
      {error !== null && (
        <div className={classes.error} role="alert">
          {error}
        </div>
      )}
    </form>
  )
}
