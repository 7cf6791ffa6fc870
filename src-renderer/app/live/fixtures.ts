import {
  type Card,
  emptyCardFields,
  type LiveCall,
  type LiveOperator,
  type LiveQueue,
  type LiveView,
} from '../../../server/contract/index.ts'

/** Small lives for tests. */
export const operator = (change: Partial<LiveOperator> = {}): LiveOperator => ({
  id: 'anna',
  name: 'Анна',
  extension: '1001',
  status: 'available',
  sinceMs: 0,
  pauseReason: null,
  callId: null,
  queues: ['701'],
  fixedQueues: [],
  allowedQueues: null,
  ...change,
})

export const call = (change: Partial<LiveCall> = {}): LiveCall => ({
  id: 'c1',
  direction: 'inbound',
  number: '+74950000701',
  customerName: null,
  queue: { number: '701', name: 'Отдел продаж' },
  state: 'waiting',
  operatorIds: [],
  startedAtMs: 0,
  answeredAtMs: null,
  conferenceId: null,
  participants: [],
  recording: 'none',
  recordingForced: false,
  listeners: [],
  ...change,
})

export const queue = (change: Partial<LiveQueue> = {}): LiveQueue => ({
  number: '701',
  name: 'Отдел продаж',
  waiting: [],
  free: 1,
  online: 1,
  ...change,
})

export const card = (change: Partial<Card> = {}): Card => ({
  id: 'main:1.1',
  callId: 'c1',
  legId: '1.1',
  operatorId: 'anna',
  direction: 'inbound',
  state: 'ringing',
  number: '+74950000701',
  callerName: '',
  queue: null,
  queuedAtMs: null,
  ringingAtMs: 0,
  answeredAtMs: null,
  endedAtMs: null,
  wrapUpEndsAtMs: null,
  savedAtMs: null,
  version: 1,
  fields: emptyCardFields,
  customer: null,
  customerMatch: 'none',
  candidates: [],
  contacts: [],
  transferredFrom: null,
  extensionsLeft: 5,
  extensionMs: 60_000,
  wrapUpMs: null,
  incomplete: false,
  setupVersion: 1,
  ...change,
})

export const view = (change: Partial<LiveView> = {}): LiveView => ({
  pbx: { state: 'up', problem: null, sinceMs: 0 },
  servers: [],
  operators: [operator(), operator({ id: 'boris', name: 'Борис', extension: '1002' })],
  calls: [],
  queues: [queue()],
  cards: [],
  floor: null,
  ...change,
})
