import { z } from 'zod'
import { create } from 'zustand'
import { withExtension } from '../app/phone-extension.ts'

const kept = 10
const Numbers = z.array(z.string().max(40)).max(kept)

/** The numbers an account dialled last with their extensions, newest first, kept on this computer for redial. */
export const dialledNumbers = create<{ account: string | null; numbers: readonly string[] }>(() => ({
  account: null,
  numbers: [],
}))

const storageKey = (account: string): string => `callsync.phone.dialled.${account}`

/** Another account has its own list: colleagues share computers. */
export function showDialledOf(account: string | null): void {
  dialledNumbers.setState({ account, numbers: account === null ? [] : read(account) })
}

export function rememberDialled(number: string, extension: string | null = null): void {
  const { account, numbers } = dialledNumbers.getState()
  if (account === null) return
  const dialled = withExtension(number, extension)
  const next = [dialled, ...numbers.filter((other) => other !== dialled)].slice(0, kept)
  dialledNumbers.setState({ numbers: next })
  try {
    localStorage.setItem(storageKey(account), JSON.stringify(next))
  } catch {
    // Storage is closed to us (private mode): the list lasts as long as the page.
  }
}

function read(account: string): readonly string[] {
  try {
    return Numbers.parse(JSON.parse(localStorage.getItem(storageKey(account)) ?? '[]'))
  } catch {
    return []
  }
}
