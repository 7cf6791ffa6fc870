import { expect, it } from 'vitest'
import type { TimelineEvent } from '../../server/contract/index.ts'
import { reportNames } from '../../server/contract/report-names.ts'
import { stepDetails } from './step-details.ts'
import { words } from './words.ts'

const t = { ...words.en.page.details, ...reportNames.en, length: (ms: number) => `${ms / 1_000} s` }
const step = (kind: TimelineEvent['kind'], more: Partial<TimelineEvent>): TimelineEvent => ({
  ...{ kind, atMs: 0, operatorName: null, queueName: null, position: null, outcome: null },
  ...{ cause: null, exitKey: null, lengthMs: null, holdMs: null },
  ...more,
})

it.each([
  [step('queued', { position: 3 }), ['place 3']],
  [
    step('leftQueue', { outcome: 'abandoned', cause: 'hungUpWaiting', position: 1, lengthMs: 42_000 }),
    ['Abandoned', 'Hung up waiting', 'place 1', 'waited 42 s'],
  ],
  [step('leftQueue', { outcome: 'keyExit', exitKey: '2', lengthMs: 5_000 }), ['key 2', 'waited 5 s']],
  [step('notTaken', { outcome: 'noAnswer', lengthMs: 15_000 }), ['No answer', 'rang 15 s']],
  [step('answered', { lengthMs: 0 }), []],
  [step('transferred', { lengthMs: 90_000, holdMs: 20_000 }), ['talk 90 s', 'on hold 20 s']],
  [step('left', { lengthMs: 90_000, holdMs: 0 }), ['talk 90 s']],
  [step('ended', { outcome: 'missed', cause: 'nobodyAnswered' }), ['Missed', 'Nobody answered']],
] as const)('%o', (event, said) => {
  expect(stepDetails(event, t)).toEqual(said)
})
