import { count, type Metric, mean, named, share } from './metric.ts'

/** Of what callers say themselves, asked after the call; what operators note about them is of the cards. */
export const surveyMetrics = {
  surveyed: count(
    'surveyed',
    named(
      'Спросили клиентов',
      'Звонки, после которых клиента попросили оценить разговор',
      'Callers asked',
      'Calls after which the caller was asked for a rating',
    ),
  ),
  surveyAnswered: count(
    'surveyAnswered',
    named('Клиенты ответили', 'Звонки, после которых клиент нажал оценку', 'Callers answered', 'Calls the caller then rated'),
  ),
  surveyShare: share(
    'surveyAnswered',
    'surveyed',
    named('Клиенты ответили, %', 'Ответили ÷ спросили', 'Callers answered %', 'Callers answered ÷ callers asked'),
  ),
  callerSatisfaction: {
    ...share(
      'surveySatisfied',
      'surveyAnswered',
      named('CSAT клиентов', 'Оценки 4–5 ÷ ответы клиентов', 'CSAT by callers', 'Scores 4–5 ÷ callers’ answers'),
    ),
    better: 'more',
    opens: 'surveyAnswered',
  },
  callerScore: {
    ...mean(
      'surveyScores',
      'surveyAnswered',
      'mark',
      named('Средняя оценка клиентов', 'Σ оценок ÷ ответы клиентов', 'Average by callers', 'Σ scores ÷ callers’ answers'),
    ),
    better: 'more',
  },
} as const satisfies Record<string, Metric>
