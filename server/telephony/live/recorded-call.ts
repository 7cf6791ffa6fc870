import { readFileSync } from 'node:fs'
import type { AmiEvent, PbxSnapshot } from '../ami-event.ts'
import type { FakeTelephony } from '../fake-telephony.ts'
import { heal } from './heal.ts'
import { emptyLiveState } from './live-state.ts'
import { reduce } from './reducer.ts'

const lines = <T>(file: string): T[] =>
  readFileSync(new URL(`./fixtures/${file}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line): T => JSON.parse(line))

/** For tests: plays a recording of a real Asterisk to a fake one, as far as its snapshot of this number at each call. */
export function playerOf(name: string, telephony: FakeTelephony): (untilSnapshot?: number) => void {
  const events = lines<AmiEvent>(name)
  const snapshots = lines<{ after: number; snapshot: PbxSnapshot }>(`${name}.snapshots`)
  const [begin] = snapshots
  if (!begin) throw new Error(`${name} is not recorded`)
  let { state } = heal(emptyLiveState, begin.snapshot)
  let at = begin.after
  return (untilSnapshot = snapshots.length - 1) => {
    const until = snapshots[untilSnapshot]?.after ?? events.length
    for (const event of events.slice(at, until)) {
      const step = reduce(state, event)
      state = step.state
      telephony.replay(state.pbx, step.changes)
    }
    at = until
  }
}
