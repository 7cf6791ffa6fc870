import { useState } from 'react'
import { useWords } from '../app/i18n.ts'
import { isChord, type KeyPress } from '../app/keys.ts'
import type { Choice } from './choices.ts'
import { words } from './words.ts'

/**
 * Ctrl+Enter saves the card, and does not take what the list has first: Mantine's Enter would. A field that is left closes its list
 * and forgets the letters.
 */
export function leaveListToSave(press: KeyPress & { readonly currentTarget: Pick<HTMLElement, 'blur' | 'focus'> }): void {
  if (!isChord('Ctrl+Enter', press)) return
  press.currentTarget.blur()
  press.currentTarget.focus()
}

interface ChoiceSelect<C extends Choice> {
  readonly data: C[]
  readonly value: string | null
  readonly onChange: (value: string | null) => void
}

/**
 * How the card's fields with a list are filled in by hand: type some letters, Enter takes the first that is left, the one that is
 * chosen already included. No letters, no choice.
 */
export function useChoiceSelect<C extends Choice>({ data, value, onChange }: ChoiceSelect<C>) {
  const t = useWords(words)
  const label = data.find((choice) => choice.value === value)?.label ?? ''
  const [letters, setLetters] = useState(label)
  return {
    data,
    value,
    onChange,
    searchValue: letters,
    onSearchChange: (next: string) => {
      setLetters(next)
      if (next === '' && value !== null) onChange(null)
    },
    // Chosen once more: no change of the value writes the label out again.
    onOptionSubmit: (chosen: string) => {
      if (chosen === value) setLetters(label)
    },
    searchable: true,
    clearable: true,
    allowDeselect: false,
    openOnFocus: false,
    selectFirstOptionOnChange: true,
    onKeyDown: leaveListToSave,
    placeholder: t.choose,
    nothingFoundMessage: t.nothingFound,
  }
}
