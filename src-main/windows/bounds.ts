import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { WindowName } from '../../src-preload/contract/index.ts'
import type { Log } from '../log.ts'
import { writePrivateFile } from '../private-file.ts'

export const WindowBounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(200).max(20_000),
  height: z.number().int().min(200).max(20_000),
  maximized: z.boolean(),
})
export type WindowBounds = z.infer<typeof WindowBounds>
const BoundsFile = z.partialRecord(WindowName, WindowBounds)

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How much of the title bar has to be on a screen for a person to be able to move the window. */
const reachable = { width: 100, height: 30 }

/** The remembered bounds, if the window could be reached there on one of the screens that exist now. */
export function onAScreen(bounds: WindowBounds | undefined, workAreas: readonly Area[]): WindowBounds | undefined {
  if (!bounds) return undefined
  const visible = workAreas.some((area) => {
    const width = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)
    const topInside = bounds.y >= area.y && bounds.y + reachable.height <= area.y + area.height
    return width >= reachable.width && topInside
  })
  return visible ? bounds : undefined
}

export interface BoundsMemory {
  get(name: WindowName): WindowBounds | undefined
  set(name: WindowName, bounds: WindowBounds): void
}

/** Where each window was, in a small file. A lost or broken file only means default places. */
export function createBoundsMemory(deps: { file: string; log: Log }): BoundsMemory {
  const read = (): z.infer<typeof BoundsFile> => {
    try {
      return BoundsFile.parse(JSON.parse(readFileSync(deps.file, 'utf8')))
    } catch {
      return {}
    }
  }
  const remembered = read()
  return {
    get: (name) => remembered[name],
    set(name, bounds) {
      remembered[name] = bounds
      try {
        writePrivateFile(deps.file, JSON.stringify(remembered))
      } catch {
        deps.log.warn('The places of the windows could not be kept')
      }
    },
  }
}
