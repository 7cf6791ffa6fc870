/** Width of a tabular figure of the bundled font, as a part of its size. */
const figureWidth = 0.63

/** The largest size up to `size` in which a value of figures stays within `width`; all in hundredths of the screen's height. */
export const fitFigures = (text: string, width: number, size: number): number =>
  Math.min(size, Math.round((width / (Math.max(1, text.length) * figureWidth)) * 10) / 10)

/** Width of running text, as a part of its size. */
const letterWidth = 0.56

/** The largest size up to `size` in which a title stays on its line, but not below `least`: then it is cut. */
export function fitTitle(text: string, at: { width: number; size: number; least: number }): number {
  const size = at.width / (Math.max(1, text.length) * letterWidth)
  return Math.max(at.least, Math.min(at.size, Math.round(size * 10) / 10))
}

/** Smaller than this on one line, a name is better told on two. */
const leastOnOneLine = 4
const twoLines = { most: 3.6, least: 2.9 } as const

/** The size of a name that may break into two lines; a longer one is cut. */
export function fitName(name: string, at: { width: number; size: number }): number {
  const oneLine = fitTitle(name, { ...at, least: 0 })
  if (oneLine >= leastOnOneLine) return oneLine
  // Lines break between words: a part of each stays empty.
  return fitTitle(name, { width: at.width * 1.6, size: twoLines.most, least: twoLines.least })
}
