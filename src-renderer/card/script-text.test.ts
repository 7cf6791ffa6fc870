import { expect, it } from 'vitest'
import { firstLine, parseScript } from './script-text.ts'

const plain = (text: string) => [{ text, bold: false }]

it('a script has headings, words to say, lists, bold pieces and plain lines', () => {
  expect(parseScript('# Начало\n\n> Здравствуйте, **имя**!\n- раз\n- два\nдальше')).toEqual([
    { kind: 'heading', spans: plain('Начало') },
    {
      kind: 'say',
      spans: [
        { text: 'Здравствуйте, ', bold: false },
        { text: 'имя', bold: true },
        { text: '!', bold: false },
      ],
    },
    { kind: 'list', items: [plain('раз'), plain('два')] },
    { kind: 'paragraph', spans: plain('дальше') },
  ])
})

it('everything else is text: markup, links, lone signs', () => {
  for (const line of ['<b>x</b>', '[a](javascript:alert(1))', '**', '#нет', '-нет']) {
    expect(parseScript(line)).toEqual([{ kind: 'paragraph', spans: plain(line) }])
  }
  expect(parseScript(' \n\n')).toEqual([])
})

it('shows its first words where there is one line', () => {
  expect(firstLine('\n- **раз** два\nтри')).toBe('раз два')
  expect(firstLine('')).toBe('')
})
