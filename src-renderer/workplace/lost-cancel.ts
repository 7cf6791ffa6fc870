import type { LiveView } from '../../server/contract/index.ts'
import type { Line } from '../softphone/phone.ts'

/**
 * Lines that ring on although the server saw their call end: the CANCEL was lost with the socket. Only of lines that are
 * unsure themselves, and only while the server hears the PBX: its silence proves nothing.
 */
export function overOnServer(
  lines: readonly Pick<Line, 'id' | 'phase' | 'unsure' | 'legId'>[],
  view: Pick<LiveView, 'pbx' | 'cards'>,
): string[] {
  if (view.pbx.state !== 'up') return []
  const ringing = new Set(view.cards.filter((card) => card.state === 'ringing').map((card) => card.legId))
  return lines
    .filter((line) => line.phase === 'ringingIn' && line.unsure && line.legId !== null && !ringing.has(line.legId))
    .map((line) => line.id)
}
