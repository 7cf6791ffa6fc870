import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

/** A time in which the event loop did not rest. */
export interface Stall {
  readonly ms: number
  /** Functions on the stack, `name file:line`, with the time each was there, the longest first. */
  readonly where: readonly (readonly [string, number])[]
}

/** Of the inspector's, what is looked at; the rest is kept for Chromium's tools. */
const Profile = z.looseObject({
  nodes: z.array(
    z.looseObject({
      id: z.number(),
      callFrame: z.looseObject({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()).optional(),
  timeDeltas: z.array(z.number()).optional(),
})
type Profile = z.infer<typeof Profile>

const Written = z.object({
  /** How much later than asked a timer came. */
  late: z.object({ p50: z.number(), p99: z.number(), most: z.number() }),
  profile: Profile,
})

const mostShown = 12
const framesShown = 8

/** The server runs with `stall-probe.ts`. */
export class StallProbe {
  readonly #pid: number
  readonly #file: string

  constructor(deps: { pid: number; file: string }) {
    this.#pid = deps.pid
    this.#file = deps.file
  }

  begin(): void {
    process.kill(this.#pid, 'SIGUSR2')
  }

  /** Keeps the processor profile at `to`, for Chromium's tools, and says what took longest. Rejects when the server has ended. */
  async end(to: string): Promise<string[]> {
    process.kill(this.#pid, 'SIGUSR2')
    while (!existsSync(this.#file)) {
      // Throws where there is no such process any more.
      process.kill(this.#pid, 0)
      await delay(50)
    }
    const { late, profile } = Written.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    writeFileSync(to, JSON.stringify(profile))
    const ms = (value: number) => `${value.toFixed(1)} ms`
    return [
      `timers late by: p50 ${ms(late.p50)}, p99 ${ms(late.p99)}, at most ${ms(late.most)}; profile: ${to}`,
      ...longestStalls(profile, mostShown).map(
        (stall) => `${ms(stall.ms)} without rest: ${stall.where.map(([frame, took]) => `${frame} ${ms(took)}`).join(', ')}`,
      ),
    ]
  }
}

/** The longest first. */
export function longestStalls(profile: Profile, most: number): Stall[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const parents = new Map(profile.nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id] as const)))
  const stackOf = (id: number): Set<string> => {
    const frames = new Set<string>()
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = nodes.get(at)?.callFrame
      if (frame && frame.functionName !== '(root)') frames.add(frameText(frame))
    }
    return frames
  }
  const found: { ms: number; frames: Map<string, number> }[] = []
  let current: { ms: number; frames: Map<string, number> } | null = null
  for (const [index, id] of (profile.samples ?? []).entries()) {
    if (nodes.get(id)?.callFrame.functionName === '(idle)') {
      current = null
      continue
    }
    const ms = (profile.timeDeltas?.[index + 1] ?? 0) / 1_000
    if (!current) {
      current = { ms: 0, frames: new Map() }
      found.push(current)
    }
    current.ms += ms
    for (const frame of stackOf(id)) current.frames.set(frame, (current.frames.get(frame) ?? 0) + ms)
  }
  return found
    .sort((a, b) => b.ms - a.ms)
    .slice(0, most)
    .map(({ ms, frames }) => ({ ms, where: [...frames].sort(([, a], [, b]) => b - a).slice(0, framesShown) }))
}

function frameText({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  return url === '' ? name : `${name} ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`
}
