import { type ComponentType, useEffect, useState } from 'react'
import { create } from 'zustand'
import { type ScriptDeps, scriptLoader } from './part-script.ts'
import { createParts } from './parts.ts'

/** On a page that is never idle they come nevertheless. */
const idleAtMostMs = 1_000

/** How many pieces of the page could not be had for a while. */
export const useMissingParts = create<{ readonly count: number }>(() => ({ count: 0 }))

const parts = createParts({
  // Safari has no idle callbacks.
  whenIdle: (task) =>
    'requestIdleCallback' in globalThis ? void requestIdleCallback(task, { timeout: idleAtMostMs }) : void setTimeout(task, 1),
  after: (delayMs, task) => setTimeout(task, delayMs),
  onMissing: (count) => useMissingParts.setState({ count }),
})

/** What nobody sees before the first screen is there: call it once that is so. */
export const fetchAhead = parts.fetchAhead

const browser: ScriptDeps = {
  bring: async (address) => {
    const answer = await fetch(address)
    if (!answer.ok) throw new Error('the server does not have the file')
    await answer.arrayBuffer()
  },
  importFrom: (address) => import(/* @vite-ignore */ address),
  restyle: (address) =>
    new Promise((resolve, reject) => {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address })
      link.addEventListener('load', () => resolve())
      link.addEventListener('error', () => {
        link.remove()
        reject(new Error('the styles did not come'))
      })
      document.head.append(link)
    }),
}

interface LaterOptions<P> {
  readonly Meanwhile?: ComponentType<P>
  /** It stands in the page from the beginning and shows nothing then: it comes with the others. */
  readonly unhurried?: boolean
}

/**
 * A component whose code comes after the first screen, by `fetchAhead` or when it is first shown: `load` imports its module, `pick` takes
 * it from there. Drawn at once where it is here already (React's `lazy` would show its fallback for a moment even then); until then
 * `Meanwhile`, or nothing.
 */
export function later<M, P extends object>(
  load: () => Promise<M>,
  pick: (module: M) => ComponentType<P>,
  { Meanwhile, unhurried = false }: LaterOptions<P> = {},
): ComponentType<P> {
  const part = parts.add(scriptLoader(load, pick, browser))
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
