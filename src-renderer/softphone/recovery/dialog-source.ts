import type { FoundDialog } from './call-keeper.ts'

type Source = () => Promise<readonly FoundDialog[]>

/** A page that has just been loaded has calls before it has a session to ask with. */
const patienceMs = 5_000

let settle: (source: Source) => void
let source = new Promise<Source>((resolve) => {
  settle = resolve
})

/** By the screens, as soon as somebody is signed in. */
export function provideDialogs(next: Source): void {
  settle(next)
  source = Promise.resolve(next)
}

/** Where the server sees our calls; nothing when it cannot be asked. */
export async function askForDialogs(): Promise<readonly FoundDialog[]> {
  const never = new Promise<null>((resolve) => {
    setTimeout(() => resolve(null), patienceMs)
  })
  const ask = await Promise.race([source, never])
  return ask === null ? [] : ask()
}
