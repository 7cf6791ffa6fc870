import { createContext, use, useEffect, useRef } from 'react'
import { create } from 'zustand'

export interface KeyBinding {
  /** E.g. `Ctrl+Enter`, `Alt+1`, `?`. Letters and digits mean the key's place, so they work on a Russian layout too. */
  readonly keys: string
  /** What it does, for the ? sheet. */
  readonly title: string
  /** Absent: only shown on the sheet, something else handles it. */
  readonly run?: () => void
  /** Works under an open dialog too: a call does not wait for it. */
  readonly over?: true
}

export interface KeyGroup {
  readonly id: string
  readonly title: string
  readonly bindings: readonly KeyBinding[]
}

export const keyGroups = create<{ groups: readonly KeyGroup[] }>(() => ({ groups: [] }))

/** For a person: several parts of one thing have keys, some the same ones, and some have none now. */
export function byTitle(groups: readonly KeyGroup[]): Pick<KeyGroup, 'title' | 'bindings'>[] {
  const titles = [...new Set(groups.filter(({ bindings }) => bindings.length > 0).map(({ title }) => title))]
  return titles.map((title) => {
    const bindings = groups.filter((one) => one.title === title).flatMap((one) => one.bindings)
    const isFirst = (one: KeyBinding, at: number) =>
      bindings.findIndex(({ keys, title: same }) => keys === one.keys && same === one.title) === at
    return { title, bindings: bindings.filter(isFirst) }
  })
}

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

/** How many layers lie under what binds keys: 0 the page, 1 what lies over it and has keys of its own. */
export const KeysLayer = createContext(0)

export interface BoundKeys {
  readonly layer: number
  readonly bindings: () => readonly KeyBinding[]
}

/** What lies over the page at a press. */
export interface Covers {
  readonly modals: number
  /** The press is in a menu or the like, which takes its own Esc. */
  readonly inPopUp: boolean
}

/** Who takes the press: of the uppermost layer the last that came. What lies under a modal takes none, but for its keys that are `over`. */
export function takerOf(
  bound: readonly BoundKeys[],
  press: KeyPress & { readonly target: EventTarget | null },
  { modals, inPopUp }: Covers,
) {
  const offers = bound.flatMap(({ layer, bindings }) =>
    bindings()
      .filter(({ keys, run }) => run && isChord(keys, press) && !isTypedInto(keys, press.target))
      .filter(({ keys, over }) => over || modals + Number(inPopUp && keys === 'Escape') <= layer)
      .map(({ run }) => ({ layer, run })),
  )
  return offers.reduce<(typeof offers)[number] | null>((best, offer) => (best && best.layer > offer.layer ? best : offer), null)
    ?.run
}

/** The `attributes` of a dialog that leaves the page its keys: it fades out already, or stands beside what is worked on. */
export const uncovers = (now: boolean) => ({ content: { 'data-uncovers': now || undefined } })
const openModals = '[aria-modal=true]:not([data-uncovers])'
const popUps = '[role=dialog]:not([aria-modal=true]), [role=alertdialog], [role=menu], [data-mantine-stop-propagation=true]'
const bound = new Set<BoundKeys>()
let covers: Covers = { modals: 0, inPopUp: false }

/** Before anybody hears of the press: whoever takes it may be gone by the time the page does. */
function lookForCovers({ target }: KeyboardEvent): void {
  const inPopUp = target instanceof Element && target.closest(popUps) !== null
  covers = { modals: document.querySelectorAll(openModals).length, inPopUp }
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat) return
  const run = takerOf([...bound], event, covers)
  if (!run) return
  event.preventDefault()
  run()
}

function bind(keys: BoundKeys): () => void {
  if (bound.size === 0) {
    window.addEventListener('keydown', lookForCovers, { capture: true })
    window.addEventListener('keydown', onKeyDown)
  }
  bound.add(keys)
  return () => {
    bound.delete(keys)
    if (bound.size > 0) return
    window.removeEventListener('keydown', lookForCovers, { capture: true })
    window.removeEventListener('keydown', onKeyDown)
  }
}

/** Binds keys while the component is on the page and shows them on the ? sheet under `title`. */
export function useKeys(id: string, title: string, bindings: readonly KeyBinding[]): void {
  const layer = use(KeysLayer)
  const latest = useRef(bindings)
  latest.current = bindings
  const shown = bindings.map(({ keys, title }) => `${keys} ${title}`).join('\n')

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` stands for the bindings, which are new on each render
  useEffect(() => {
    const group: KeyGroup = { id, title, bindings: latest.current }
    keyGroups.setState(({ groups }) => ({ groups: [...groups.filter((other) => other.id !== id), group] }))
    return () => keyGroups.setState(({ groups }) => ({ groups: groups.filter((other) => other !== group) }))
  }, [id, title, shown])

  useEffect(() => bind({ layer, bindings: () => latest.current }), [layer])
}
