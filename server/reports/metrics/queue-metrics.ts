import { count, longest, type Metric, mean, named, share } from './metric.ts'

/** Of callers in queues: one visit begins with entering the queue and ends in one way. */
export const queueMetrics = {
  offered: count(
    'offered',
    named(
      'Поступило',
      'Все входы в очередь; равно сумме всех исходов',
      'Offered',
      'All entries into the queue; the sum of all its outcomes',
    ),
  ),
  answered: {
    ...count(
      'answered',
      named('Принято', 'Входы в очередь, на которые ответил оператор', 'Answered', 'Visits that an operator answered'),
    ),
    better: 'more',
  },
  abandoned: {
    ...count('abandoned', named('Брошено', 'Звонящий положил трубку, ожидая', 'Abandoned', 'The caller hung up waiting')),
    better: 'less',
  },
  shortAbandoned: count(
    'shortAbandoned',
    named('Брошено сразу', 'Брошено раньше порога очереди', 'Short abandoned', 'Abandoned before the queue’s short limit'),
  ),
  timedOut: {
    ...count(
      'timedOut',
      named(
        'Вышло время',
        'Очередь отпустила звонящего по тайм-ауту',
        'Timed out',
        'The queue let the caller go by its time-out',
      ),
    ),
    better: 'less',
  },
  leftEmpty: {
    ...count(
      'leftEmpty',
      named(
        'Нет операторов',
        'Очередь отпустила звонящего: в ней никого не осталось',
        'Left empty',
        'The queue let the caller go: nobody was left in it',
      ),
    ),
    better: 'less',
  },
  lost: {
    ...count('lost', named('Потеряно', 'Брошено + вышло время + нет операторов', 'Lost', 'Abandoned + timed out + left empty')),
    better: 'less',
  },
  keyExit: count(
    'keyExit',
    named('Вышли по клавише', 'Звонящий нажал клавишу выхода', 'Left by key', 'The caller pressed the exit key'),
  ),
  otherEnd: count(
    'otherEnd',
    named(
      'Прочее',
      'Сняты системой, не состыковались, ещё ждут или конец не записан станцией',
      'Other',
      'Withdrawn by the system, incompatible, still waiting, or with an end the exchange did not write',
    ),
  ),
  withdrawn: count('withdrawn', named('Сняты', 'Сняты с очереди системой', 'Withdrawn', 'Taken out of the queue by the system')),
  incompatible: count(
    'incompatible',
    named('Несовместимы', 'Каналы не удалось соединить', 'Incompatible', 'The channels could not be joined'),
  ),
  waiting: count('waiting', named('Ещё ждут', 'Вход в очередь без конца', 'Still waiting', 'A visit without an end yet')),
  unknownEnd: count(
    'unknownEnd',
    named(
      'Конец неизвестен',
      'Станция перезапустилась и не записала конец',
      'End unknown',
      'The exchange restarted and wrote no end',
    ),
  ),
  outOfHours: count(
    'outOfHours',
    named(
      'Вне рабочего времени',
      'Поступило, когда очередь по её рабочему времени была закрыта. Входит и в «Поступило», и в свой исход',
      'Out of hours',
      'Offered while the queue was closed by its work time. Counted in “Offered” and by its outcome too',
    ),
  ),
  lostOutOfHours: count(
    'lostOutOfHours',
    named(
      'Потеряно вне рабочего времени',
      'Брошено, вышло время или не было операторов, когда очередь была закрыта. Входит в потерянные',
      'Lost out of hours',
      'Abandoned, timed out or left empty while the queue was closed. Counted in the lost too',
    ),
  ),
  answeredShare: {
    ...share('answered', 'offered', named('Принято, %', 'Принято ÷ поступило', 'Answered %', 'Answered ÷ offered')),
    better: 'more',
  },
  lostShare: {
    ...share(
      'lost',
      'offered',
      named(
        'Потеряно, %',
        '(Брошено + вышло время + нет операторов) ÷ поступило',
        'Lost %',
        '(Abandoned + timed out + left empty) ÷ offered',
      ),
    ),
    better: 'less',
  },
  abandonedShare: {
    ...share('abandoned', 'offered', named('Брошено, %', 'Брошено ÷ поступило', 'Abandoned %', 'Abandoned ÷ offered')),
    better: 'less',
  },
  averageAnswerMs: {
    ...mean(
      'answeredWaitMs',
      'answered',
      'ms',
      named('Скорость ответа (ASA)', 'Σ ожидания принятых ÷ принято', 'Speed of answer (ASA)', 'Σ wait of answered ÷ answered'),
    ),
    better: 'less',
  },
  averageWaitMs: {
    ...mean('waitMs', 'offered', 'ms', named('Среднее ожидание', 'Σ ожидания ÷ поступило', 'Average wait', 'Σ wait ÷ offered')),
    better: 'less',
  },
  averageAbandonMs: mean(
    'abandonedWaitMs',
    'abandoned',
    'ms',
    named('Ждали до отказа', 'Σ ожидания брошенных ÷ брошено', 'Average abandon time', 'Σ wait of abandoned ÷ abandoned'),
  ),
  longestWaitMs: {
    ...longest(
      'longestWaitMs',
      'offered',
      named('Дольше всего ждали', 'Наибольшее ожидание', 'Longest wait', 'The greatest wait'),
    ),
    better: 'less',
  },
} as const satisfies Record<string, Metric>
