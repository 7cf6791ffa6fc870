import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Language } from '../../contract/index.ts'
import { openCsv, phoneCell, safeCell } from './csv-file.ts'
import type { Cell } from './sheet.ts'
import { durationText } from './site-text.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-csv-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const columns = [
  { title: 'Начало', kind: 'moment', width: 1 },
  { title: 'SLA', kind: 'share', width: 1 },
  { title: 'Ожидание', kind: 'duration', width: 1 },
  { title: 'Номер', kind: 'phone', width: 1 },
  { title: '=Описание', kind: 'text', width: 1 },
] as const

async function written(rows: readonly (readonly Cell[])[], language: Language, timeZone = 'Europe/Moscow'): Promise<string> {
  const path = join(folder, 'a.csv')
  const file = openCsv(path, { title: 't', notes: ['n'], columns, language, timeZone })
  await file.rows(rows)
  await file.close()
  return readFileSync(path, 'utf8')
}
const atMs = Date.UTC(2026, 0, 1)

it('is what Russian and English spreadsheets open: BOM, separator, decimal sign, local dates', async () => {
  const row = [atMs, 0.835, 65_000, '+79160000101', 'да']
  const ru = await written([row], 'ru')
  expect(ru.startsWith('\uFEFFНачало;SLA;Ожидание;Номер;')).toBe(true)
  expect(parse(ru, { bom: true, delimiter: ';' })[1]).toEqual([
    '01.01.2026 03:00:00',
    '83,5%',
    '0:01:05',
    '+7 916 000 01 01',
    'да',
  ])
  const en = await written([row], 'en', 'America/New_York')
  expect(parse(en, { bom: true })[1]?.slice(0, 2)).toEqual(['2025-12-31 19:00:00', '83.5%'])
})

it('keeps separators, quotes and line breaks inside their cell, and makes formulas harmless, in heads too', async () => {
  const text = '=HYPERLINK("http://x";"a,b")\nnext'
  for (const [language, delimiter] of [
    ['ru', ';'],
    ['en', ','],
  ] as const) {
    const [head, row] = parse(await written([[null, null, null, '', text]], language), { bom: true, delimiter })
    expect(head?.at(-1)).toBe("'=Описание")
    expect(row).toEqual(['', '', '', '', `'${text}`])
  }
})

it('says when the disk does not take it', async () => {
  const file = openCsv(join(folder, 'missing', 'a.csv'), { title: '', notes: [], columns, language: 'ru', timeZone: 'UTC' })
  await expect(file.close()).rejects.toThrow('ENOENT')
})

it('has cells that no spreadsheet runs', () => {
  for (const attack of ['=1+1', '+cmd|x', '-2', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\n=1', '＝1', '+1;2']) {
    expect(safeCell(attack)).toBe(`'${attack}`)
  }
  for (const plain of ['', 'Иван', 'a=b', "'=1", '5', 'a-b']) expect(safeCell(plain)).toBe(plain)
})

it('has readable phone numbers, and only real ones go without the apostrophe', () => {
  expect(phoneCell('+79160000101')).toBe('+7 916 000 01 01')
  expect(phoneCell('1001')).toBe('1001')
  expect(phoneCell('')).toBe('')
  for (const attack of ['+7=1', '+79160000101=cmd', '=+79160000101', '+1', '-79160000101', '@1001']) {
    expect(phoneCell(attack)).toMatch(/^'|^\+[\d ]+$/)
  }
  expect(phoneCell('=+79160000101')).toBe("'=+79160000101")
  expect(phoneCell('-79160000101').startsWith('-')).toBe(false)
})

it('has durations that spreadsheets add up', () => {
  expect([0, 65_000, 3_599_600, 90_000_000].map(durationText)).toEqual(['0:00:00', '0:01:05', '1:00:00', '25:00:00'])
})
