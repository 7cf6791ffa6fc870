import { Button, TextInput } from '@mantine/core'
import { IconArrowForwardUp, IconMessageQuestion, IconUserPlus } from '@tabler/icons-react'
import { type FormEvent, type KeyboardEvent, useId } from 'react'
import { useWords } from '../../app/i18n.ts'
import { Kbd } from '../../ui/index.ts'
import { words } from '../words.ts'
import classes from './DialPad.module.css'
import { usePhoneActions } from './provider.tsx'
import { optionId, TargetList } from './TargetList.tsx'
import { usePhoneTask } from './use-phone-task.ts'
import { useTargets } from './use-targets.ts'

interface TransferFormProps {
  lineId: string
  /** In a conference somebody is added, and nothing is handed over. */
  adds: boolean
  onDone: () => void
}

/** Hands the call over at once, or asks the other one first. Who is free is seen before; a queue cannot be asked. */
export function TransferForm({ lineId, adds, onDone }: TransferFormProps) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const search = useTargets('people')
  const listId = useId()
  const { error, busy, run } = usePhoneTask()
  const { query, setQuery, targets, chosen, problem } = search
  const canAsk = chosen !== null && chosen.kind !== 'queue'

  const send = () => chosen !== null && run(() => phone.blindTransfer(lineId, chosen.number)).then((done) => done && onDone())
  const ask = () => canAsk && run(() => phone.consult(lineId, chosen.number, chosen.extension)).then((done) => done && onDone())
  const first = adds ? ask : send

  return (
    <form
      className={classes.transfer}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void first()
      }}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== 'Enter' || !event.shiftKey) return
        event.preventDefault()
        void ask()
      }}
    >
      <TextInput
        label={adds ? t.addTo : t.transferTo}
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value.slice(0, 400))}
        onKeyDown={search.onKeyDown}
        placeholder={t.transferHint}
        role="combobox"
        aria-expanded={targets.length > 0}
        aria-controls={listId}
        aria-activedescendant={chosen === null ? undefined : optionId(chosen)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        data-testid="transfer-number"
      />
      {problem !== null && (
        <div className={classes.error} role="alert" data-testid="dial-problem">
          {t.dialProblems[problem]}
        </div>
      )}
      <TargetList id={listId} targets={targets} chosen={chosen} onPick={search.choose} />
      <div className={classes.buttons}>
        {!adds && (
          <Button
            type="submit"
            leftSection={<IconArrowForwardUp size={18} stroke={1.5} />}
            rightSection={<Kbd keys="Enter" />}
            disabled={chosen === null}
            loading={busy}
            data-testid="transfer-send"
          >
            {t.transferNow}
          </Button>
        )}
        <Button
          type={adds ? 'submit' : 'button'}
          variant={adds ? 'filled' : 'default'}
          leftSection={adds ? <IconUserPlus size={18} stroke={1.5} /> : <IconMessageQuestion size={18} stroke={1.5} />}
          rightSection={<Kbd keys={adds ? 'Enter' : 'Shift+Enter'} />}
          disabled={!canAsk}
          loading={busy}
          onClick={adds ? undefined : () => void ask()}
          data-testid="transfer-ask"
        >
          {adds ? t.callAndAdd : t.askFirst}
        </Button>
      </div>
      <div className={classes.hint}>
        {adds ? t.addNote : chosen?.extension == null ? t.transferNote : t.transferExtensionNote(chosen.extension)}
      </div>
      {error !== null && (
        <div className={classes.error} role="alert">
          {error}
        </div>
      )}
    </form>
  )
}
