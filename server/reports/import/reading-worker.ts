import { parentPort, workerData } from 'node:worker_threads'
import { setPhoneRegion } from '../../calls/index.ts'
import { systemClock } from '../../clock.ts'
import { dayStarts } from '../fold/buckets.ts'
import { yieldToOthers } from './background.ts'
import { foldRules, rememberedPhones } from './fold-rules.ts'
import { ImportLoop } from './import-loop.ts'
import { loopSource } from './loop-source.ts'
import { NewCalls } from './new-calls.ts'
import type { FromReading, ReadingSetup, ToReading } from './protocol.ts'
import { StepFiles } from './step-files.ts'

const port = parentPort
if (!port) throw new Error('this is a thread of the importer')
const setup: ReadingSetup = workerData
setPhoneRegion(setup.site.phoneRegion, rememberedPhones)

const nowMs = () => systemClock.nowMs()
/** In the order of the questions. */
const answers: PromiseWithResolvers<boolean>[] = []
const tell = (message: FromReading) => port.postMessage(message)
function ask(message: FromReading): Promise<boolean> {
  const answer = Promise.withResolvers<boolean>()
  // Throws what cannot be sent: nobody answers it.
  tell(message)
  answers.push(answer)
  return answer.promise
}

const { firstImport } = setup
const rules = foldRules(setup.site)
const files = new StepFiles(setup.recordFile)
let newCalls = firstImport && new NewCalls({ rules, ...firstImport, files, nowMs })
const loop = new ImportLoop({
  sources: setup.sources.map((source) => loopSource(source, { nowMs })),
  states: setup.states,
  clock: systemClock,
  prepare: (step) => newCalls?.prepare(step) ?? step,
  dayStartMs: dayStarts(rules.buckets),
  write: async (step) => void (await ask({ kind: 'write', step })),
  between: () => ask({ kind: 'between' }),
  onFailure: (error) => tell({ kind: 'failure', reason: error instanceof Error ? error.message : String(error) }),
  onProgress: (progress) => {
    if (progress.atRest) newCalls = null
    tell({ kind: 'progress', progress })
  },
  ...(yieldToOthers() ? { restShare: 0 } : {}),
})
port.on('message', (message: ToReading) => {
  if (message.kind === 'stop')
    void loop.stop().then(() => {
      files.remove()
      port.close()
    })
  if (message.kind === 'done') answers.shift()?.resolve(message.unfinished)
  if (message.kind === 'failed') answers.shift()?.reject(new Error(message.reason))
})
loop.start()
