import { useWords } from '../app/i18n.ts'
import { words } from './words.ts'

/** How the card's fields with a list are filled in by hand: type some letters, Enter takes the first that is left. */
export function useChoiceSelect() {
  const t = useWords(words)
  return {
    searchable: true,
    clearable: true,
    openOnFocus: false,
    selectFirstOptionOnChange: true,
    placeholder: t.choose,
    nothingFoundMessage: t.nothingFound,
  }
}
