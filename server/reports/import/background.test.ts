import { getPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'

it.runIf(process.platform === 'linux')('lowers the priority of its own thread, and of no other', async () => {
  const own = getPriority()
  const path = JSON.stringify(new URL('./background.ts', import.meta.url).href)
  const worker = new Worker(
    `import(${path}).then(({ yieldToOthers }) =>
      require('node:worker_threads').parentPort.postMessage([yieldToOthers(), require('node:os').getPriority()]))`,
    { eval: true },
  )
  const told = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  expect(told).toEqual([true, Math.max(own, 10)])
  expect(getPriority()).toBe(own)
})
