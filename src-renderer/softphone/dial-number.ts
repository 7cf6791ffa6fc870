/** What can be dialled in what was typed or pasted: `tel:` links, brackets, dashes and spaces go, an extension after the number goes too. */
export function dialable(text: string): string {
  const main = text.replace(/^\s*(?:tel|callto|sip):/i, '').split(/[;,@]|\s(?:доб|ext|x)\b|доб\.|ext\./i, 1)[0]
  const kept = (main ?? '').replace(/[^\d+*#]/g, '')
  return kept.replace(/(?!^)\+/g, '')
}

const storageKey = 'callsync.phone.lastNumber'

export function lastDialled(): string {
  try {
    return localStorage.getItem(storageKey) ?? ''
  } catch {
    return ''
  }
}

export function rememberDialled(number: string): void {
  try {
    localStorage.setItem(storageKey, number)
  } catch {
    // Storage is closed to us (private mode): redial works by typing.
  }
}
