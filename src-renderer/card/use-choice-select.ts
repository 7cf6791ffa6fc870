import { useWords } from '../app/i18n.ts'
import { isChord, type KeyPress } from '../app/keys.ts'
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

/** How the card's fields with a list are filled in by hand: type some letters, Enter takes the first that is left. */
export function useChoiceSelect() {
  const t = useWords(words)
  return {
    searchable: true,
    clearable: true,
    openOnFocus: false,
    selectFirstOptionOnChange: true,
    onKeyDown: leaveListToSave,
    placeholder: t.choose,
    nothingFoundMessage: t.nothingFound,
  }
}
