import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AmiEvent } from '../../server/telephony/index.ts'
import { type AmiHeaders, ScriptedAmi } from '../../tests/support/scripted-ami.ts'
import { preciseMs } from './live-side.ts'

const eventsPerS = Number(process.argv[2])
/** Calls at once. */
const calls = 100
const recording = join(import.meta.dirname, '../../server/telephony/live/fixtures/queue-answered.jsonl')
const lines = readFileSync(recording, 'utf8').trimEnd().split('\n')

/** A recorded queue call again and again, with ids, phones and bridges of its own. */
function* events(call: number): Generator<AmiHeaders> {
  for (let round = 0; ; round++) {
    const own = `${call}x${round}`
    for (const line of lines) {
      const { name, fields }: AmiEvent = JSON.parse(
        line
          .replaceAll('"customer', `"customer-${own}`)
          .replaceAll('"record-', `"record-${own}-`)
          .replaceAll('"bridgeuniqueid":"', `"bridgeuniqueid":"${own}-`)
          .replaceAll('PJSIP/1001', `PJSIP/${2_000 + call}`),
      )
      yield { ...fields, Event: name }
    }
  }
}

const ami = await ScriptedAmi.start()
const streams = Array.from({ length: calls }, (_, call) => events(call))
let sent = 0
let begunMs = 0
process.on('message', () => {
  begunMs = performance.now()
  setInterval(() => {
    const due = Math.floor(((performance.now() - begunMs) / 1_000) * eventsPerS)
    for (; sent < due; sent++) {
      // Calls begin one after another, so that they are at different places.
      const within = Math.min(calls, 1 + Math.floor(sent / lines.length))
      const next = streams[sent % within]?.next().value
      if (next) for (const peer of ami.peers) peer.send({ ...next, SentTime: String(preciseMs()) })
    }
  }, 5)
})
process.send?.({ port: ami.port, secret: ami.secret })
