import { nameAt, plainName, serverOf } from '../../contract/index.ts'
import type { LedgerDirection } from '../record/schema.ts'
import type { CdrRow } from '../sources/source.ts'
import { dialledNumber, endpointOf } from './channel.ts'
import type { CallFacts } from './facts.ts'
import type { FoldRules } from './rules.ts'

export interface Party {
  readonly direction: LedgerDirection
  readonly number: string
  /** Who made an outgoing or internal call. */
  readonly maker: string | null
}

/** With this many digits a dialled number is an outside one. */
const outsideDigits = 7
function isOutside(number: string): boolean {
  if (number.startsWith('*') || number.startsWith('#')) return false
  let digits = 0
  for (let at = 0; at < number.length; at++) {
    const digit = number.charCodeAt(at) - 48
    if (digit >= 0 && digit <= 9) digits++
  }
  return digits >= outsideDigits
}
/** Who called whom; null when nobody was called. */
export function partyOf(key: string, rows: readonly CdrRow[], facts: CallFacts, rules: FoldRules): Party | null {
  const root = rows.find(({ uniqueId }) => uniqueId === key) ?? rows[0]
  if (!root) {
    const entered = facts.queueLog.find(({ event }) => event === 'ENTERQUEUE')
    const number = entered?.data[1] ?? ''
    const caller = nameAt(serverOf(key), number)
    const within = number !== '' && rules.isExtension(caller)
    return facts.queueLog.length === 0
      ? null
      : {
          direction: within ? 'internal' : 'inbound',
          number: within ? plainName(entered?.queue ?? '') : number,
          maker: within ? caller : null,
        }
  }
  const endpoint = endpointOf(root.channel)
  const maker = endpoint === '' ? root.src : endpoint
  if (maker === '' || !rules.isExtension(maker)) return { direction: 'inbound', number: root.src, maker: null }

  const own = rows.filter(({ channel }) => channel === root.channel)
  const visited = facts.queueLog.some(({ callId }) => callId === root.uniqueId)
  const dialled = own.map(({ lastData, lastApp }) => (lastApp === 'Dial' ? dialledNumber(lastData) : '')).find((n) => n !== '')
  if (dialled !== undefined && !rules.isExtension(dialled)) return { direction: 'outbound', number: dialled, maker }
  if (isOutside(root.dst) && !visited) return { direction: 'outbound', number: root.dst, maker }
  const called = own.find(({ lastApp, dstChannel }) => lastApp === 'Dial' || lastApp === 'Queue' || dstChannel !== '')
  if (!called && !visited) return null
  const reached = endpointOf(called?.dstChannel ?? '')
  if (reached !== '' && !rules.isExtension(reached) && !visited) return { direction: 'outbound', number: root.dst, maker }
  return { direction: 'internal', number: root.dst, maker }
}
