import { create } from 'zustand'
import type { CallQuality } from '../call-quality.ts'

/** How the calls that are on sound, by line. */
export const callReadings = create<{ quality: Readonly<Record<string, CallQuality>> }>(() => ({ quality: {} }))

export function setQuality(lineId: string, quality: CallQuality | null): void {
  callReadings.setState(({ quality: before }) => {
    const { [lineId]: _, ...others } = before
    return { quality: quality === null ? others : { ...others, [lineId]: quality } }
  })
}
