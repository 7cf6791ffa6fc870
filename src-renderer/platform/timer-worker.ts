import type { TimerRequest } from './worker-clock.ts'

/** The worker's half of WorkerClock. */
const timers = new Map<number, ReturnType<typeof setTimeout>>()

self.onmessage = ({ data }: MessageEvent<TimerRequest>) => {
  const { id, delayMs } = data
  if (delayMs === null) {
    clearTimeout(timers.get(id))
    timers.delete(id)
    return
  }
  const wake = () => {
    timers.delete(id)
    self.postMessage(id)
  }
  timers.set(id, setTimeout(wake, delayMs))
}
