import type { Tone } from './media/media.ts'
import type { Line } from './phone.ts'

export interface LineTones {
  /** The person has answered, the microphone or the PBX not yet: it rings no more. */
  readonly isAnswering: (lineId: string) => boolean
  /** The network's own tone or announcement is heard already. */
  readonly hasEarlyMedia: (lineId: string) => boolean
}

/** The one tone that the lines ask for; null is silence. */
export function toneOf(lines: readonly Pick<Line, 'id' | 'phase'>[], { isAnswering, hasEarlyMedia }: LineTones): Tone | null {
  const talking = lines.some(({ phase }) => phase === 'active' || phase === 'connecting' || phase === 'held')
  if (lines.some(({ id, phase }) => phase === 'ringingIn' && !isAnswering(id))) return talking ? 'waiting' : 'ring'
  const rising = lines.find(({ phase }) => phase === 'ringingOut')
  return rising === undefined || hasEarlyMedia(rising.id) ? null : 'ringback'
}
