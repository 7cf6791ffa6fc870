import type { FloorToday, LiveOperator, LiveQueue, VisitFigures } from '../contract/index.ts'
import type { Floor } from './readings.ts'

/** A floor for tests. */
export const noVisits: VisitFigures = { offered: 0, answered: 0, lost: 0, serviceLevel: null }

export const todayOf = (more: Partial<FloorToday> = {}): FloorToday => ({
  day: 20_261_120,
  today: noVisits,
  recent: noVisits,
  queues: [],
  missing: null,
  ...more,
})

export const operatorOf = (id: string, more: Partial<LiveOperator> = {}): LiveOperator => ({
  id,
  name: id,
  extension: '1001',
  status: 'available',
  sinceMs: 0,
  pauseReason: null,
  callId: null,
  queues: ['701'],
  fixedQueues: [],
  missedInRow: 0,
  listed: true,
  allowedQueues: null,
  ...more,
})

/** `waitingMs`: since when each caller waits. */
export const queueOf = (number: string, waitingMs: readonly number[] = [], more: Partial<LiveQueue> = {}): LiveQueue => ({
  number,
  name: `queue ${number}`,
  waiting: waitingMs.map((sinceMs, n) => ({ callId: `${number}.${n}`, number: '', sinceMs })),
  free: 0,
  online: 0,
  ...more,
})

export const floorOf = (more: Partial<Floor> = {}): Floor => ({ operators: [], queues: [], today: todayOf(), ...more })
