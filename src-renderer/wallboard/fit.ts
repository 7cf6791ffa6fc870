/** Width of a tabular figure of the bundled font, as a part of its size. */
const figureWidth = 0.63

/** The largest size up to `size` in which a value of figures stays within `width`; all in hundredths of the screen's height. */
export const fitFigures = (text: string, width: number, size: number): number =>
  Math.min(size, Math.round((width / (Math.max(1, text.length) * figureWidth)) * 10) / 10)

/** Width of running text, as a part of its size. */
const letterWidth = 0.56

/** The largest size up to `size` in which a name stays within `lines` lines, but not below `least`: then it is cut. */
export function fitName(name: string, at: { width: number; lines: number; size: number; least: number }): number {
  // Lines break between words: a part of each stays empty.
  const room = at.lines === 1 ? at.width : at.width * at.lines * 0.8
  const size = room / (Math.max(1, name.length) * letterWidth)
  return Math.max(at.least, Math.min(at.size, Math.round(size * 10) / 10))
}
