import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { WindowName } from '../../src-preload/contract/index.ts'
import type { Log } from '../log.ts'
import { writePrivateFile } from '../private-file.ts'

export const WindowBounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(40).max(20_000),
  height: z.number().int().min(40).max(20_000),
  maximized: z.boolean(),
})
export type WindowBounds = z.infer<typeof WindowBounds>

/** By window, then by the set of displays; the last used of a window stands last. */
const BoundsFile = z.object({ version: z.literal(2), windows: z.partialRecord(WindowName, z.record(z.string(), WindowBounds)) })

/** An office, a home and a train: more sets of displays are forgotten, the oldest first. */
const maxDisplaySets = 8

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How much of the title bar has to be on a screen for a person to be able to move the window. */
const reachable = { width: 100, height: 30 }

/** The remembered bounds where the window can be reached; moved and fitted into the nearest screen where it could not. */
export function fitOnScreens(bounds: WindowBounds, workAreas: readonly Area[]): WindowBounds | undefined {
  const isReachable = workAreas.some((area) => {
    const width = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)
    const topInside = bounds.y >= area.y && bounds.y + reachable.height <= area.y + area.height
    return width >= Math.min(reachable.width, bounds.width) && topInside
  })
  if (isReachable) return bounds
  const nearest = workAreas.toSorted((a, b) => distance(bounds, a) - distance(bounds, b))[0]
  if (!nearest) return undefined
  const width = Math.min(bounds.width, nearest.width)
  const height = Math.min(bounds.height, nearest.height)
  return {
    ...bounds,
    width,
    height,
    x: clamp(bounds.x, nearest.x, nearest.x + nearest.width - width),
    y: clamp(bounds.y, nearest.y, nearest.y + nearest.height - height),
  }
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

const distance = (a: Area, b: Area): number =>
  Math.hypot(a.x + a.width / 2 - (b.x + b.width / 2), a.y + a.height / 2 - (b.y + b.height / 2))

/** The same displays in the same places, whatever their order. */
const nameOf = (workAreas: readonly Area[]): string =>
  workAreas
    .map(({ x, y, width, height }) => `${x},${y},${width}x${height}`)
    .sort()
    .join(' ')

export interface BoundsMemory {
  /** Where the window was on these displays, else where it was last, made to fit. */
  get(name: WindowName, workAreas: readonly Area[]): WindowBounds | undefined
  set(name: WindowName, bounds: WindowBounds, workAreas: readonly Area[]): void
}

/** Where each window was, in a small file. A lost or broken file only means default places. */
export function createBoundsMemory(deps: { file: string; log: Log }): BoundsMemory {
  const remembered = read(deps.file)
  return {
    get(name, workAreas) {
      const ofWindow = remembered[name] ?? {}
      const bounds = ofWindow[nameOf(workAreas)] ?? Object.values(ofWindow).at(-1)
      return bounds && fitOnScreens(bounds, workAreas)
    },
    set(name, bounds, workAreas) {
      const { [nameOf(workAreas)]: _, ...others } = remembered[name] ?? {}
      const kept = Object.entries(others).slice(1 - maxDisplaySets)
      remembered[name] = { ...Object.fromEntries(kept), [nameOf(workAreas)]: bounds }
      try {
        writePrivateFile(deps.file, JSON.stringify({ version: 2, windows: remembered }))
      } catch {
        deps.log.warn('The places of the windows could not be kept')
      }
    },
  }
}

function read(file: string): z.infer<typeof BoundsFile>['windows'] {
  try {
    return BoundsFile.parse(JSON.parse(readFileSync(file, 'utf8'))).windows
  } catch {
    return {}
  }
}
