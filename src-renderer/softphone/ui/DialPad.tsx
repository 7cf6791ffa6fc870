import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconBackspace, IconPhone } from '@tabler/icons-react'
import { type FormEvent, useId } from 'react'
import { formatPhone } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import type { Target } from '../search-targets.ts'
import { words } from '../words.ts'
import classes from './DialPad.module.css'
import { KeyGrid } from './KeyGrid.tsx'
import { usePhone, usePhoneActions } from './provider.tsx'
import { optionId, TargetList } from './TargetList.tsx'
import { usePhoneTask } from './use-phone-task.ts'
import { useTargets } from './use-targets.ts'

/** Longer pastes are cut: the field says that no number is so long, and the page stays quick. */
const longestQuery = 400

/** Types, pastes or finds a number and calls it. The keys give way to the list while a name is typed. */
export function DialPad({ onDialled }: { onDialled?: () => void }) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const ready = usePhone((state) => state.link === 'registered')
  const search = useTargets('recent')
  const listId = useId()
  const { error, busy, run } = usePhoneTask()
  const { query, setQuery, targets, chosen, problem } = search
  const named = /\p{L}/u.test(query)
  const shownTargets =
    named || query === '' ? targets.slice(0, named ? undefined : 3) : targets.filter(({ kind }) => kind !== 'recent')

  const call = async (target: Target) => {
    if (!(await run(() => phone.dial(target.number, target.extension)))) return
    setQuery('')
    onDialled?.()
  }

  return (
    <form
      className={classes.pad}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        if (chosen !== null && ready) void call(chosen)
      }}
    >
      <TextInput
        className={classes.number}
        data-named={named || undefined}
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value.slice(0, longestQuery))}
        onKeyDown={search.onKeyDown}
        placeholder={t.dialHint}
        aria-label={t.numberHint}
        role="combobox"
        aria-expanded={shownTargets.length > 0}
        aria-controls={listId}
        aria-activedescendant={chosen === null ? undefined : optionId(chosen)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        data-testid="dial-number"
        rightSection={
          query === '' ? null : (
            <ActionIcon onClick={() => setQuery([...query].slice(0, -1).join(''))} aria-label={t.erase}>
              <IconBackspace size={18} stroke={1.5} />
            </ActionIcon>
          )
        }
      />
      {problem !== null && (
        <div className={classes.error} role="alert" data-testid="dial-problem">
          {t.dialProblems[problem]}
        </div>
      )}
      {!named && <KeyGrid onKey={(key) => setQuery(query + key)} />}
      {query !== '' && <TargetList id={listId} targets={shownTargets} chosen={chosen} onPick={(target) => void call(target)} />}
      <Button
        type="submit"
        leftSection={<IconPhone size={18} stroke={1.5} />}
        disabled={!ready || chosen === null}
        loading={busy}
        aria-label={chosen === null ? t.dial : t.dialTo(targetTitle(chosen))}
        data-testid="dial"
      >
        {chosen === null ? t.dial : targetTitle(chosen)}
      </Button>
      {query === '' && <TargetList id={listId} targets={shownTargets} chosen={chosen} onPick={(target) => void call(target)} />}
      {error !== null && (
        <div className={classes.error} role="alert">
          {error}
        </div>
      )}
    </form>
  )
}

const targetTitle = (target: Target): string => ('name' in target ? target.name : formatPhone(target.number))
