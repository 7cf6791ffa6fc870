import { count, longest, type Metric, mean, named, ratio, share, total } from './metric.ts'
import type { Sums } from './sums.ts'

/** Talks of an operator who was paused or in no queue are none of the logged-in time; it cannot go below nothing. */
const freeMs = (s: Sums): number => Math.max(0, s.unpausedMs - s.talkMs)

/** Time has no list of calls behind it. */
const ofTime = (ru: string, ruFormula: string, en: string, enFormula: string) =>
  named(
    ru,
    `${ruFormula}. Это время, а не звонки: списка за ним нет`,
    en,
    `${enFormula}. This is time, not calls: no list lies behind it`,
  )

/** Of an operator's talks, rings and time. Talk is the operator's own leg in the bridge, with hold inside. */
export const operatorMetrics = {
  handled: {
    ...count(
      'handled',
      named(
        'Разговоры',
        'Разговоры оператора: из очереди, прямые, переведённые, исходящие',
        'Talks',
        'The operator’s talks: from queues, direct, transferred, outgoing',
      ),
    ),
    better: 'more',
  },
  handledQueue: count(
    'handledQueue',
    named('Из очереди', 'Разговоры, пришедшие из очереди', 'From queues', 'Talks that came from a queue'),
  ),
  handledOutbound: count(
    'handledOutbound',
    named('Исходящие', 'Разговоры в исходящих звонках', 'Outgoing', 'Talks in outgoing calls'),
  ),
  missedRings: {
    ...count(
      'missedRings',
      named(
        'Не взял трубку',
        'Вызовы телефона оператора без ответа или отклонённые, каждый один раз',
        'Rings missed',
        'Rings of the operator’s phone not answered or rejected, each once',
      ),
    ),
    better: 'less',
  },
  missedRingShare: {
    ...share(
      'missedRings',
      'rings',
      named('Не взял, %', 'Вызовы без ответа ÷ все вызовы телефона', 'Rings missed %', 'Rings missed ÷ all rings of the phone'),
    ),
    better: 'less',
  },
  talkMs: total(
    'talkMs',
    'handled',
    named('Время разговора', 'Σ времени разговора, удержание внутри', 'Talk time', 'Σ talk, hold inside'),
  ),
  averageTalkMs: mean(
    'talkMs',
    'handled',
    'ms',
    named('Средний разговор', 'Σ разговора ÷ разговоры', 'Average talk', 'Σ talk ÷ talks'),
  ),
  longestTalkMs: longest(
    'longestTalkMs',
    'handled',
    named('Самый долгий', 'Наибольший разговор', 'Longest talk', 'The longest talk'),
  ),
  averageHoldMs: mean(
    'holdMs',
    'holdKnown',
    'ms',
    named(
      'Среднее удержание',
      'Σ удержания ÷ разговоры, об удержании в которых есть запись',
      'Average hold',
      'Σ hold ÷ talks whose holds were recorded',
    ),
  ),
  averageWrapUpMs: {
    ...mean(
      'wrapUpMs',
      'wrapUps',
      'ms',
      named('Пост\u00adобработка', 'Σ постобработки ÷ звонки с постобработкой', 'Wrap-up', 'Σ wrap-up ÷ calls with wrap-up'),
    ),
    better: 'less',
  },
  handlingMs: {
    unit: 'ms',
    better: 'less',
    ...named(
      'Обработка (AHT)',
      '(Разговор с удержанием + постобработка) ÷ разговоры',
      'Handling time (AHT)',
      '(Talk with hold + wrap-up) ÷ talks',
    ),
    needs: ['talkMs', 'wrapUpMs', 'handled'],
    compute: (s) => ratio(s.talkMs + s.wrapUpMs, s.handled),
    opens: 'handled',
  },
  onlineMs: total(
    'onlineMs',
    null,
    ofTime('На линии', 'Σ времени в очередях, паузы внутри', 'Logged in', 'Σ time in queues, pauses inside'),
  ),
  freeMs: {
    unit: 'ms',
    ...ofTime(
      'Свободен',
      'Σ времени на линии без пауз − время разговоров',
      'Available',
      'Σ time logged in without pauses − talk time',
    ),
    needs: ['unpausedMs', 'talkMs'],
    compute: freeMs,
    opens: null,
  },
  pausedMs: total(
    'pausedMs',
    null,
    ofTime('Паузы', 'Σ времени на паузе, кроме постобработки', 'Paused', 'Σ time paused, wrap-up not counted'),
  ),
  wrapUpStateMs: total(
    'wrapUpStateMs',
    null,
    ofTime(
      'На пост\u00adобработке',
      'Σ времени на линии, когда система держала оператора на паузе после разговора. Не входит ни в «Свободен», ни в «Паузы»',
      'In wrap-up',
      'Σ time logged in while the system kept the operator paused after a talk. Neither in “Available” nor in “Paused”',
    ),
  ),
  holdMs: total(
    'holdMs',
    'holdKnown',
    named(
      'Время удержания',
      'Σ удержания в разговорах, о которых есть запись. Входит во время разговора',
      'Hold time',
      'Σ hold of talks whose holds were recorded. Inside talk time',
    ),
  ),
  pausedShare: {
    ...share('pausedMs', 'onlineMs', ofTime('Паузы, %', 'Время на паузе ÷ на линии', 'Paused %', 'Time paused ÷ logged in')),
    opens: null,
  },
  occupancy: {
    unit: 'share',
    ...named(
      'Занятость',
      '(Разговор с удержанием + постобработка) ÷ (то же + свободен)',
      'Occupancy',
      '(Talk with hold + wrap-up) ÷ (the same + available)',
    ),
    needs: ['talkMs', 'wrapUpMs', 'unpausedMs'],
    // Who was never seen logged in has no occupancy, rather than 100 %.
    compute: (s) => (s.unpausedMs > 0 ? ratio(s.talkMs + s.wrapUpMs, s.talkMs + s.wrapUpMs + freeMs(s)) : null),
    opens: 'handled',
  },
} as const satisfies Record<string, Metric>
