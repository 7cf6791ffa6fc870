import { parseDialNumber } from './dial-link.ts'

/** What is needed of Electron's clipboard. `selection` is what is marked with the mouse, on Linux only. */
export interface ClipboardLike {
  readText(): Promise<string>
  readonly selection: { readText(): Promise<string> }
}

/** The number that is selected (Linux) or copied (elsewhere) in any program; null when it is no number. */
export async function readSelectedNumber(clipboard: ClipboardLike, platform: NodeJS.Platform): Promise<string | null> {
  if (platform === 'linux') {
    const selected = parseDialNumber(await clipboard.selection.readText())
    if (selected !== null) return selected
  }
  return parseDialNumber(await clipboard.readText())
}
