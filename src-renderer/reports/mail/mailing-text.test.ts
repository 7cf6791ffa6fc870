import { expect, it } from 'vitest'
import { MailProblem, type MailTrouble } from '../../../server/contract/index.ts'
import { mailWords } from '../../settings/mail/words.ts'
import { troubleText } from './mailing-text.ts'
import { scheduleWords } from './words.ts'

const wordsOf = (language: 'ru' | 'en') => ({
  problems: mailWords[language].problems,
  notTaken: scheduleWords[language].notTaken,
})
const detail = 'Invalid login: 535 5.7.8 Error'

it.each(MailProblem.options)('says %s in the person’s language, not in the mail server’s words', (problem) => {
  const russian = troubleText({ problem, detail, refused: [] }, wordsOf('ru'))
  expect(russian).toMatch(/^[А-Я][а-яё]+ /)
  const english = troubleText({ problem, detail, refused: [] }, wordsOf('en'))
  expect(english).toMatch(/^[A-Z][a-z]* /)
  for (const text of [russian, english]) expect(text).not.toContain('535')
})

it('names who did not get a letter that others got', () => {
  const trouble: MailTrouble = { problem: 'refused', detail: '', refused: ['a@x.test', 'b@x.test'] }
  expect(troubleText(trouble, wordsOf('ru'))).toBe('Не приняты адреса: a@x.test, b@x.test')
  expect(troubleText(trouble, wordsOf('en'))).toBe('Addresses not accepted: a@x.test, b@x.test')
})
