import { type Metric, ratio } from './metric.ts'
import type { SumId, Sums } from './sums.ts'

const level = (
  words: { ru: string; en: string; formula: string },
  needs: readonly SumId[],
  part: (sums: Sums) => number,
  whole: (sums: Sums) => number,
): Metric => ({
  unit: 'share',
  better: 'more',
  ru: { name: words.ru, formula: `${words.formula}. ${legend.ru}` },
  en: { name: words.en, formula: `${words.formula}. ${legend.en}` },
  needs,
  compute: (sums) => ratio(part(sums), whole(sums)),
  opens: 'offered',
})

const legend = {
  ru: 'O — поступило в очередь, A — принято, Aₜ — принято за норму ожидания очереди, B — брошено, Bₜ — брошено за норму, Bₛ — брошено раньше порога, K — вышли по клавише',
  en: 'O offered, A answered, Aₜ answered within the queue’s target, B abandoned, Bₜ abandoned within it, Bₛ abandoned before the short limit, K left by a key',
}

/** The level by each queue's own rule, and by each formula for all. A visit keeps what it was judged by. */
export const serviceLevels = {
  serviceLevel: {
    unit: 'share',
    better: 'more',
    ru: {
      name: 'Уровень сервиса (SLA)',
      formula: `По формуле, заданной для очереди на тот день; если не задана — Aₜ ÷ (O − Bₛ − K). ${legend.ru}`,
    },
    en: {
      name: 'Service level',
      formula: `By the formula set for the queue on that day; where none is, Aₜ ÷ (O − Bₛ − K). ${legend.en}`,
    },
    needs: ['levelPart', 'levelWhole'],
    compute: (sums) => ratio(sums.levelPart, sums.levelWhole),
    opens: 'offered',
  },
  serviceLevelOfOffered: level(
    { ru: 'Уровень Aₜ/(O−Bₛ−K)', en: 'Level Aₜ/(O−Bₛ−K)', formula: 'Aₜ ÷ (O − Bₛ − K)' },
    ['answeredInTarget', 'offered', 'shortAbandoned', 'keyExit'],
    (s) => s.answeredInTarget,
    (s) => s.offered - s.shortAbandoned - s.keyExit,
  ),
  serviceLevelWithAbandoned: level(
    { ru: 'Уровень (Aₜ+Bₜ)/(A+B)', en: 'Level (Aₜ+Bₜ)/(A+B)', formula: '(Aₜ + Bₜ) ÷ (A + B)' },
    ['answeredInTarget', 'abandonedInTarget', 'answered', 'abandoned'],
    (s) => s.answeredInTarget + s.abandonedInTarget,
    (s) => s.answered + s.abandoned,
  ),
  serviceLevelOfAnswered: level(
    { ru: 'Уровень Aₜ/A (Asterisk)', en: 'Level Aₜ/A (Asterisk)', formula: 'Aₜ ÷ A' },
    ['answeredInTarget', 'answered'],
    (s) => s.answeredInTarget,
    (s) => s.answered,
  ),
  serviceLevelOfAll: level(
    { ru: 'Уровень Aₜ/(A+B)', en: 'Level Aₜ/(A+B)', formula: 'Aₜ ÷ (A + B)' },
    ['answeredInTarget', 'answered', 'abandoned'],
    (s) => s.answeredInTarget,
    (s) => s.answered + s.abandoned,
  ),
  serviceLevelLessAbandoned: level(
    { ru: 'Уровень Aₜ/(A+B−Bₜ)', en: 'Level Aₜ/(A+B−Bₜ)', formula: 'Aₜ ÷ (A + B − Bₜ)' },
    ['answeredInTarget', 'answered', 'abandoned', 'abandonedInTarget'],
    (s) => s.answeredInTarget,
    (s) => s.answered + s.abandoned - s.abandonedInTarget,
  ),
  serviceLevelWithShort: level(
    { ru: 'Уровень (Aₜ+Bₛ)/(A+B)', en: 'Level (Aₜ+Bₛ)/(A+B)', formula: '(Aₜ + Bₛ) ÷ (A + B)' },
    ['answeredInTarget', 'shortAbandoned', 'answered', 'abandoned'],
    (s) => s.answeredInTarget + s.shortAbandoned,
    (s) => s.answered + s.abandoned,
  ),
} as const satisfies Record<string, Metric>
