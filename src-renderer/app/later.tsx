import { type ComponentType, useEffect, useState } from 'react'
import { createParts } from './parts.ts'

/** On a page that is never idle they come nevertheless. */
const idleAtMostMs = 1_000

const parts = createParts({
  whenIdle: (task) => void requestIdleCallback(task, { timeout: idleAtMostMs }),
  after: (delayMs, task) => setTimeout(task, delayMs),
})

/** What nobody sees before the first screen is there: call it once that is so. */
export const fetchAhead = parts.fetchAhead

interface LaterOptions<P> {
  readonly Meanwhile?: ComponentType<P>
  /** It stands in the page from the beginning and shows nothing then: it comes with the others. */
  readonly unhurried?: boolean
}

/**
 * A component whose code comes after the first screen, by `fetchAhead` or when it is first shown. Drawn at once where it is here already
 * (React's `lazy` would show its fallback for a moment even then); until then `Meanwhile`, or nothing.
 */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { Meanwhile, unhurried = false }: LaterOptions<P> = {},
): ComponentType<P> {
  const part = parts.add(load)
  return function Later(props: P) {
    const [Shown, show] = useState(part.now)
    useEffect(() => {
      if (Shown !== null) return
      let gone = false
      if (!unhurried) part.fetch()
      void part.here.then((Here) => gone || show(() => Here))
      return () => {
        gone = true
      }
    }, [Shown])
    if (Shown !== null) return <Shown {...props} />
    return Meanwhile ? <Meanwhile {...props} /> : null
  }
}
