import { useEffect, useRef } from 'react'
import { create } from 'zustand'

export interface KeyBinding {
  /** E.g. `Ctrl+Enter`, `Alt+1`, `?`. Letters and digits mean the key's place, so they work on a Russian layout too. */
  readonly keys: string
  /** What it does, for the ? sheet. */
  readonly title: string
  /** Absent: only shown on the sheet, something else handles it. */
  readonly run?: () => void
}

export interface KeyGroup {
  readonly id: string
  readonly title: string
  readonly bindings: readonly KeyBinding[]
}

export const keyGroups = create<{ groups: readonly KeyGroup[] }>(() => ({ groups: [] }))

export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const bracketCodes: Readonly<Record<string, string>> = { '[': 'BracketLeft', ']': 'BracketRight' }

/** Is this press the chord? Ctrl is Command on a Mac. */
export function isChord(keys: string, press: KeyPress): boolean {
  const parts = keys.split('+')
  const main = parts.pop() ?? ''
  const wanted = (name: string) => parts.includes(name)
  if (wanted('Ctrl') !== (press.ctrlKey || press.metaKey) || wanted('Alt') !== press.altKey) return false
  if (/^[A-Z]$/.test(main)) return press.code === `Key${main}` && wanted('Shift') === press.shiftKey
  if (/^\d$/.test(main)) return press.code === `Digit${main}` && wanted('Shift') === press.shiftKey
  // A Russian layout has letters where the brackets are, and no brackets at all.
  if (main in bracketCodes && press.code === bracketCodes[main]) return !press.shiftKey
  // Signs lie on other keys in other layouts, with or without Shift: only the sign counts.
  return press.key === main && (main.length === 1 || wanted('Shift') === press.shiftKey)
}

/** A bare sign or letter belongs to the field that is being typed in. */
export const isTypedInto = (keys: string, target: EventTarget | null): boolean =>
  !keys.includes('+') &&
  keys.length === 1 &&
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('textarea, select, input:not([type=radio], [type=checkbox], [type=button])'))

/** Binds keys while the component is on the page and shows them on the ? sheet under `title`. */
export function useKeys(id: string, title: string, bindings: readonly KeyBinding[]): void {
  const latest = useRef(bindings)
  latest.current = bindings
  const shown = bindings.map(({ keys, title }) => `${keys} ${title}`).join('\n')

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` stands for the bindings, which are new on each render
  useEffect(() => {
    const group: KeyGroup = { id, title, bindings: latest.current }
    keyGroups.setState(({ groups }) => ({ groups: [...groups.filter((other) => other.id !== id), group] }))
    return () => keyGroups.setState(({ groups }) => ({ groups: groups.filter((other) => other !== group) }))
  }, [id, title, shown])

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const binding = latest.current.find(({ keys, run }) => run && isChord(keys, event) && !isTypedInto(keys, event.target))
      if (!binding?.run || event.defaultPrevented || event.repeat) return
      event.preventDefault()
      binding.run()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
