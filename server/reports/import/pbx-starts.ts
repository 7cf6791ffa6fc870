import type { QueueLogRow } from '../sources/source.ts'

/** The first start of the PBX after a moment; null: it runs since. `starts` in order. */
export function startAfter(starts: readonly number[], ms: number): number | null {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) > ms) high = middle
    else low = middle + 1
  }
  return starts[low] ?? null
}

export function startsOf(lines: readonly QueueLogRow[]): number[] {
  const starts: number[] = []
  for (const { event, atMs } of lines) if (event === 'QUEUESTART') starts.push(atMs)
  return starts
}

/** Both, each once and in order. */
export const withStarts = (starts: readonly number[], more: readonly number[]): readonly number[] =>
  more.length === 0 ? starts : [...new Set([...starts, ...more])].sort((a, b) => a - b)
