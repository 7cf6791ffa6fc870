import { beforeEach, expect, it } from 'vitest'
import { ManualClock } from './manual-clock.ts'
import { type TimerRequest, type TimerWorker, WorkerClock } from './worker-clock.ts'

class FakeWorker implements TimerWorker {
  onmessage: ((event: MessageEvent<number>) => void) | null = null
  readonly asked: TimerRequest[] = []
  postMessage(message: TimerRequest): void {
    this.asked.push(message)
  }
  wake(id: number): void {
    this.onmessage?.(new MessageEvent('message', { data: id }))
  }
}

let page: ManualClock
let worker: FakeWorker
let woken: string[]
beforeEach(() => {
  page = new ManualClock()
  worker = new FakeWorker()
  woken = []
})

it('waits on the worker’s timers once the worker has shown that it runs', async () => {
  const clock = new WorkerClock(worker, page)
  clock.after(100, () => woken.push('page'))
  worker.wake(0)
  clock.after(100, () => woken.push('worker'))
  expect(worker.asked.at(-1)).toEqual({ id: 1, delayMs: 100 })
  await page.advance(100)
  expect(woken).toEqual(['page'])
  worker.wake(1)
  expect(woken).toEqual(['page', 'worker'])
})

it('forgets what is not wanted any more, on both sides', () => {
  const clock = new WorkerClock(worker, page)
  worker.wake(0)
  const cancel = clock.after(100, () => woken.push('worker'))
  cancel()
  cancel()
  expect(worker.asked.slice(-2)).toEqual([
    { id: 1, delayMs: 100 },
    { id: 1, delayMs: null },
  ])
  worker.wake(1)
  expect(woken).toEqual([])
})

it('does without a worker', async () => {
  new WorkerClock(null, page).after(100, () => woken.push('page'))
  await page.advance(100)
  expect(woken).toEqual(['page'])
})
