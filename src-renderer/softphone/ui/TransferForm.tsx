import { Button, TextInput } from '@mantine/core'
import { IconArrowForwardUp, IconMessageQuestion, IconUserPlus } from '@tabler/icons-react'
import { type FormEvent, type KeyboardEvent, useId } from 'react'
import { useApi } from '../../app/api.ts'
import { useWords } from '../../app/i18n.ts'
import { Kbd } from '../../ui/index.ts'
import { useLineCall } from '../control/use-call-control.ts'
import { isPlainNumber } from '../dial-number.ts'
import { type Line, PhoneError } from '../phone.ts'
import type { Target } from '../search-targets.ts'
import { words } from '../words.ts'
import classes from './DialPad.module.css'
import { usePhoneActions } from './provider.tsx'
import { optionId, TargetList } from './TargetList.tsx'
import { usePhoneTask } from './use-phone-task.ts'
import { useTargets } from './use-targets.ts'

interface TransferFormProps {
  line: Line
  /** In a conference somebody is added, and nothing is handed over. */
  adds: boolean
  onDone: () => void
}

/** Hands the call over at once, or asks the other one first. Who is free is seen before; a queue cannot be asked. */
export function TransferForm({ line, adds, onDone }: TransferFormProps) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const search = useTargets('people')
  const listId = useId()
  const { error, busy, run } = usePhoneTask()
  const { query, setQuery, targets, chosen, problem } = search
  const transfer = useTransfer(line)
  const canSend = chosen !== null && (chosen.extension === null || (transfer.dialsExtensions && isPlainNumber(chosen.number)))
  const canAsk = chosen !== null && chosen.kind !== 'queue'

  const send = () => canSend && run(() => transfer.send(chosen)).then((done) => done && onDone())
  const ask = () => canAsk && run(() => phone.consult(line.id, chosen.number, chosen.extension)).then((done) => done && onDone())
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
            disabled={!canSend}
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
        {adds
          ? t.addNote
          : chosen?.extension == null
            ? t.transferNote
            : canSend
              ? t.transferExtensionNote(chosen.extension)
              : isPlainNumber(chosen.number)
                ? t.askExtensionNote(chosen.extension)
                : t.askCodeNote(chosen.extension)}
      </div>
      {error !== null && (
        <div className={classes.error} role="alert">
          {error}
        </div>
      )}
    </form>
  )
}

/** A phone alone cannot hand over to a number and dial an extension behind it: the server has the PBX do that. */
function useTransfer(line: Line) {
  const api = useApi()
  const phone = usePhoneActions()
  const { legId } = useLineCall(line)
  const send = async ({ number, extension }: Target) => {
    if (extension === null) return phone.blindTransfer(line.id, number)
    if (legId === null) throw new PhoneError('wrongPhase', 'the server does not see the call')
    // Said before: the PBX ends the line sooner than the server answers.
    phone.expectEnd(line.id, 'transferred')
    try {
      await api.transferCall({ body: { legId, number, extension } })
    } catch (error) {
      phone.expectEnd(line.id, null)
      throw error
    }
  }
  return { send, dialsExtensions: legId !== null }
}
