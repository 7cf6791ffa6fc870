// Loaded into the server beside its own code: between two SIGUSR2 it writes down what holds the event loop up, to BENCH_STALLS_FILE.
import { renameSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const file = process.env['BENCH_STALLS_FILE']
const sampleMs = 1

if (isMainThread && file) {
  const session = new Session()
  const delay = monitorEventLoopDelay({ resolution: sampleMs })
  let going = false
  process.on('SIGUSR2', async () => {
    if (!going) {
      going = true
      session.connect()
      await session.post('Profiler.enable')
      await session.post('Profiler.setSamplingInterval', { interval: sampleMs * 1_000 })
      await session.post('Profiler.start')
      delay.enable()
      return
    }
    delay.disable()
    const { profile } = await session.post('Profiler.stop')
    // The timer itself comes every so often.
    const ms = (value: number) => Math.max(0, value / 1e6 - sampleMs)
    const late = { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), most: ms(delay.max) }
    writeFileSync(`${file}.new`, JSON.stringify({ late, profile }))
    renameSync(`${file}.new`, file)
  })
}
