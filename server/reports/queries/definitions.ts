import type { FilterName, Grouping, ReportId } from '../../contract/index.ts'
import type { MetricId } from '../metrics/index.ts'

export interface Report {
  readonly groupings: readonly [Grouping, ...Grouping[]]
  /** Shown until a person chooses others. */
  readonly shown: readonly MetricId[]
  readonly more?: readonly MetricId[]
  /** What would say nothing: it is the same for all of its rows. */
  readonly notBy?: readonly FilterName[]
}

const intervals = ['hour', 'halfHour', 'quarterHour', 'hourOfDay', 'halfHourOfDay', 'quarterHourOfDay'] as const

const ofQueues = [
  'offered',
  'answered',
  'abandoned',
  'timedOut',
  'leftEmpty',
  'keyExit',
  'otherEnd',
  'answeredShare',
  'lostShare',
  'serviceLevel',
  'averageAnswerMs',
  'averageAbandonMs',
  'longestWaitMs',
  'outOfHours',
] as const satisfies readonly MetricId[]

const moreOfQueues = [
  'lost',
  'shortAbandoned',
  'abandonedShare',
  'lostOutOfHours',
  'averageWaitMs',
  'withdrawn',
  'incompatible',
  'waiting',
  'unknownEnd',
  'serviceLevelOfOffered',
  'serviceLevelWithAbandoned',
  'serviceLevelOfAnswered',
  'serviceLevelOfAll',
  'serviceLevelLessAbandoned',
  'serviceLevelWithShort',
] as const satisfies readonly MetricId[]

const ofOperators = [
  'handled',
  'handledQueue',
  'handledOutbound',
  'missedRings',
  'missedRingShare',
  'averageTalkMs',
  'averageWrapUpMs',
  'handlingMs',
  'talkMs',
  'onlineMs',
  'pausedMs',
  'occupancy',
  'satisfaction',
] as const satisfies readonly MetricId[]

// Few sources tell of hold.
const moreOfOperators = [
  'averageHoldMs',
  'longestTalkMs',
  'freeMs',
  'pausedShare',
  'rated',
  'averageScore',
] as const satisfies readonly MetricId[]

export const reports: Readonly<Record<ReportId, Report>> = {
  queues: { groupings: ['queue', 'day', ...intervals, 'weekday'], shown: ofQueues, more: moreOfQueues },
  operators: { groupings: ['operator', 'day', 'weekday', 'hourOfDay', 'queue'], shown: ofOperators, more: moreOfOperators },
  missed: {
    groupings: ['cause', 'queue', 'day', 'hourOfDay', 'weekday'],
    shown: ['missed', 'missedCallers', 'callersNotReached', 'missedOutOfHours', 'averageMissedWaitMs'],
    more: ['inbound', 'missedShare'],
    notBy: ['direction', 'category'],
  },
  times: {
    groupings: [
      'hourOfDay',
      'halfHourOfDay',
      'quarterHourOfDay',
      'weekday',
      'day',
      'hour',
      'halfHour',
      'quarterHour',
      'direction',
    ],
    shown: [
      'calls',
      'inbound',
      'inboundAnswered',
      'missed',
      'missedShare',
      'outbound',
      'outboundAnswered',
      'offered',
      'answeredShare',
      'serviceLevel',
      'averageAnswerMs',
      'handlingMs',
    ],
    more: [
      'answered',
      'abandoned',
      'lostShare',
      'longestWaitMs',
      'handled',
      'averageTalkMs',
      'outOfHours',
      'lostOutOfHours',
      'missedOutOfHours',
    ],
  },
  categories: {
    groupings: ['category', 'result', 'operator', 'queue'],
    shown: ['cards', 'averageWrapUpMs', 'ratedShare', 'satisfaction', 'averageScore'],
  },
  satisfaction: {
    groupings: ['operator', 'queue', 'day', 'weekday', 'score'],
    shown: [
      'cards',
      'rated',
      'ratedShare',
      'satisfaction',
      'averageScore',
      'surveyed',
      'surveyAnswered',
      'callerSatisfaction',
      'firstContact',
    ],
    more: ['surveyShare', 'callerScore'],
  },
  callBacks: {
    groupings: ['operator', 'queue'],
    shown: ['callBacks', 'callBacksDone', 'callBacksInTime', 'callBackDelayMs', 'callBackAttempts'],
  },
  states: {
    groupings: ['operator', 'day', 'pauseReason'],
    shown: ['onlineMs', 'freeMs', 'pausedMs', 'pausedShare', 'wrapUpStateMs', 'talkMs', 'occupancy'],
    more: ['holdMs'],
  },
  own: {
    groupings: ['day', 'weekday', 'hourOfDay', 'queue'],
    shown: ofOperators,
    more: moreOfOperators,
    notBy: ['operators'],
  },
}
