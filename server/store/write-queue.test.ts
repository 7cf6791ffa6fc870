import { pino } from 'pino'
import { beforeEach, expect, it } from 'vitest'
import { ManualClock } from '../clock.ts'
import { AppError } from '../errors.ts'
import { WriteQueue } from './write-queue.ts'

let clock: ManualClock
let queue: WriteQueue
let done: string[]
beforeEach(() => {
  clock = new ManualClock()
  queue = new WriteQueue({ clock, logger: pino({ level: 'silent' }), failure: 'not written' })
  done = []
})

const settled = () => new Promise((resolve) => setImmediate(resolve))
const busy = () => new AppError('busy', 'away')
const locked = () => Object.assign(new Error('locked'), { code: 'SQLITE_BUSY' })
const wrong = () => Object.assign(new Error('wrong'), { code: 'SQLITE_CONSTRAINT_UNIQUE' })

/** Fails with each of these, then is written. */
const piece = (name: string, ...failures: Error[]) => {
  queue.add(async () => {
    const failure = failures.shift()
    done.push(failure ? `${name}: ${failure.message}` : name)
    if (failure) throw failure
  })
}

it('tries a piece until it is written, later each time, and the next ones after it', async () => {
  piece('a', busy(), locked())
  piece('b')
  await settled()
  expect(done).toEqual(['a: away'])
  clock.advance(500)
  await settled()
  clock.advance(999)
  await settled()
  expect(done).toEqual(['a: away', 'a: locked'])
  clock.advance(1)
  await queue.idle()
  expect(done).toEqual(['a: away', 'a: locked', 'a', 'b'])
})

it('gives up what can never be written, and goes on with the next', async () => {
  piece('a', wrong())
  piece('b')
  await queue.idle()
  expect(done).toEqual(['a: wrong', 'b'])
})

it('tries what waits once more when it stops', async () => {
  piece('a', busy(), busy(), busy())
  piece('b', busy())
  await settled()
  await queue.stop()
  expect(done).toEqual(['a: away', 'a: away', 'b: away'])
})
