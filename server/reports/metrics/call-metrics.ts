import { count, type Metric, mean, named, share } from './metric.ts'

/** Of whole calls, of what cards say about them, and of the work that follows. */
export const callMetrics = {
  calls: count(
    'calls',
    named(
      'Звонки',
      'Все звонки; один звонок — одна строка, сколько бы его ни переводили',
      'Calls',
      'All calls; one call is one, however often transferred',
    ),
  ),
  inbound: count('inbound', named('Входящие', 'Звонки снаружи', 'Inbound', 'Calls from outside')),
  outbound: count('outbound', named('Исходящие', 'Звонки наружу', 'Outbound', 'Calls to the outside')),
  inboundAnswered: {
    ...count(
      'inboundAnswered',
      named('Принятые', 'Входящие, на которые ответили', 'Inbound answered', 'Inbound calls somebody answered'),
    ),
    better: 'more',
  },
  outboundAnswered: count(
    'outboundAnswered',
    named('Дозвонились', 'Исходящие, на которые ответили', 'Reached', 'Outbound calls that were answered'),
  ),
  missed: {
    ...count('missed', named('Пропущенные', 'Входящие, на которые никто не ответил', 'Missed', 'Inbound calls nobody answered')),
    better: 'less',
  },
  missedOutOfHours: count(
    'missedOutOfHours',
    named(
      'Пропущено вне рабочего времени',
      'Пропущенные, чья первая очередь была закрыта по её рабочему времени, когда звонящий в неё вошёл. Входят и в «Пропущенные»',
      'Missed out of hours',
      'Missed calls whose first queue was closed by its work time when the caller came into it. Counted in “Missed” too',
    ),
  ),
  missedCallers: {
    ...count(
      'missedCallers',
      named(
        'Звонящие',
        'Чьи звонки пропущены: один звонящий — один, пока с ним не поговорят; считается его последний пропущенный за период. Скрытые номера не различить: там каждый звонок — один',
        'Callers',
        'Whose calls were missed: a caller is one until somebody talks to them; counted is their last missed call of the period. Hidden numbers cannot be told apart: there each call is one',
      ),
    ),
    better: 'less',
  },
  callersNotReached: {
    ...count(
      'callersNotReached',
      named(
        'Ещё не поговорили',
        'Звонящие, с которыми после пропущенного звонка до сих пор никто не поговорил: ни во входящем, ни в исходящем',
        'Not reached yet',
        'Callers to whom nobody has talked since their missed call, in no call of either direction',
      ),
    ),
    better: 'less',
  },
  missedShare: {
    ...share('missed', 'inbound', named('Пропущено, %', 'Пропущенные ÷ входящие', 'Missed %', 'Missed ÷ inbound')),
    better: 'less',
  },
  averageMissedWaitMs: mean(
    'missedWaitMs',
    'missed',
    'ms',
    named('Ждали до отказа', 'Σ ожидания пропущенных ÷ пропущенные', 'Wait of missed', 'Σ wait of missed ÷ missed'),
  ),
  firstContact: {
    ...share(
      'contactsOnce',
      'contacts',
      named(
        'С первого раза (FCR)',
        'Обращения без повтора с того же номера за 7 дней ÷ все обращения. Обращения моложе 7 дней не учтены: повторятся ли они, ещё не известно',
        'First contact (FCR)',
        'Contacts without another from the same number within 7 days ÷ all contacts. Those younger than 7 days are in neither: whether they will be repeated is not known yet',
      ),
    ),
    better: 'more',
  },
  cards: count('cards', named('Карточки', 'Завершённые карточки принятых звонков', 'Cards', 'Finished cards of answered calls')),
  rated: count(
    'rated',
    named('Оценки', 'Карточки, в которых оператор отметил оценку', 'Ratings', 'Cards in which the operator noted a score'),
  ),
  ratedShare: share(
    'rated',
    'cards',
    named('Оценили, %', 'Карточки с оценкой ÷ карточки', 'Response rate', 'Cards with a score ÷ cards'),
  ),
  satisfaction: {
    ...share('satisfied', 'rated', named('Довольны (CSAT)', 'Оценки 4–5 ÷ все оценки', 'CSAT', 'Scores 4–5 ÷ all scores')),
    better: 'more',
    opens: 'rated',
  },
  averageScore: {
    ...mean('scores', 'rated', 'mark', named('Средняя оценка', 'Σ оценок ÷ оценки', 'Average score', 'Σ scores ÷ scores')),
    better: 'more',
  },
  callBacks: count('callBacks', named('Перезвоны', 'Назначенные перезвоны', 'Call-backs', 'Call-backs that were set')),
  callBacksDone: {
    ...count('callBacksDone', named('Выполнено', 'Перезвоны, отмеченные выполненными', 'Done', 'Call-backs marked done')),
    better: 'more',
  },
  callBacksInTime: {
    ...share(
      'callBacksInTime',
      'callBacks',
      named('В срок, %', 'Выполненные не позже срока ÷ перезвоны', 'In time %', 'Done no later than due ÷ call-backs'),
    ),
    better: 'more',
  },
  callBackDelayMs: {
    ...mean(
      'callBackDelayMs',
      'callBacksDone',
      'ms',
      named('До выполнения', 'Σ времени от назначения до выполнения ÷ выполнено', 'Time to done', 'Σ from set to done ÷ done'),
    ),
    better: 'less',
  },
  callBackAttempts: mean(
    'callBackAttempts',
    'callBacks',
    'count',
    named('Попыток', 'Σ попыток ÷ перезвоны', 'Attempts', 'Σ attempts ÷ call-backs'),
  ),
} as const satisfies Record<string, Metric>
