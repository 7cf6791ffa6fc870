import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSheet } from 'read-excel-file/node'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Cell, SheetHead } from './sheet.ts'
import { openXlsx } from './xlsx-file.ts'
import { sheetName, xmlText } from './xlsx-parts.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-xlsx-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const head: SheetHead = {
  title: 'Очереди по дням',
  notes: ['1–2 нояб. 2026 г.', 'Данные АТС до 20.11.2026'],
  columns: [
    { title: 'День', kind: 'day', width: 12 },
    { title: 'Начало', kind: 'moment', width: 19 },
    { title: 'Поступило', kind: 'count', width: 12 },
    { title: 'SLA', kind: 'share', width: 12 },
    { title: 'Ожидание', kind: 'duration', width: 12 },
    { title: 'Оценка', kind: 'number', width: 12 },
    { title: 'Номер', kind: 'phone', width: 18 },
    { title: 'Клиент', kind: 'text', width: 30 },
  ],
  language: 'ru',
  timeZone: 'Europe/Moscow',
}

async function written(rows: readonly (readonly Cell[])[], more: { foot?: readonly Cell[]; sheetRows?: number } = {}) {
  const path = join(folder, 'a.xlsx')
  const file = openXlsx(path, head, more.sheetRows === undefined ? {} : { sheetRows: more.sheetRows })
  await file.rows(rows)
  if (more.foot) await file.foot(more.foot)
  await file.close()
  return path
}

const atMs = Date.UTC(2026, 10, 20, 21, 30, 15)

it('has typed cells: a reader finds numbers, dates of the site, lengths as parts of a day, and empty where nothing is known', async () => {
  const path = await written(
    [
      [20_261_101, atMs, 1_234, 0.835, 90_061_000, 4.5, '+79160000101', 'Иванова & Ко <"1">'],
      [20_261_102, null, 0, null, null, null, null, null],
    ],
    { foot: ['Всего', null, 1_234, 0.835, 90_061_000, null, null, null] },
  )
  const rows = await readSheet(path)
  expect(rows.slice(0, 4).map(([first]) => first)).toEqual([head.title, ...head.notes, 'День'])
  expect(rows[3]).toEqual(head.columns.map(({ title }) => title))
  const [day, moment, count, share, length, mark, phone, customer] = rows[4] ?? []
  expect(day).toEqual(new Date(Date.UTC(2026, 10, 1)))
  // Half past midnight in Moscow is the next day.
  expect(Math.round(Number(moment) / 1_000)).toBe(Date.UTC(2026, 10, 21, 0, 30, 15) / 1_000)
  expect([count, share, mark]).toEqual([1_234, 0.835, 4.5])
  const seconds = length instanceof Date ? (length.getTime() - Date.UTC(1899, 11, 30)) / 1_000 : Number(length) * 86_400
  expect(Math.round(seconds)).toBe(90_061)
  expect([phone, customer]).toEqual(['+7 916 000 01 01', 'Иванова & Ко <"1">'])
  expect(rows[5]?.slice(1)).toEqual([null, 0, null, null, null, null, null])
  expect(rows[6]?.[0]).toBe('Всего')
})

it('keeps what a spreadsheet would run as the text it is, and drops what no file may have', async () => {
  const attacks = ['=1+1', '+cmd|x', '@SUM(A1)', '=HYPERLINK("http://x";"y")', '_x003D_1']
  const path = await written(attacks.map((attack) => [null, null, null, null, null, null, null, attack]))
  const rows = await readSheet(path)
  expect(rows.slice(4).map((row) => row.at(-1))).toEqual(attacks)
  expect(xmlText('a\u0000b\u001fc\ud800d')).toBe('abc\ufffdd')
})

it('goes on in another sheet where one is full', async () => {
  const rows = Array.from({ length: 7 }, (_, at) => [null, null, at, null, null, null, null, null])
  const path = await written(rows, { sheetRows: 3 })
  const counts = await Promise.all([1, 2, 3].map(async (sheet) => (await readSheet(path, sheet)).slice(4).map((row) => row[2])))
  expect(counts).toEqual([[0, 1, 2], [3, 4, 5], [6]])
})

it('is a table of heads where there are no rows', async () => {
  expect(await readSheet(await written([]))).toHaveLength(4)
})

it('says when the disk does not take it', async () => {
  const file = openXlsx(join(folder, 'missing', 'a.xlsx'), head)
  await expect(
    (async () => {
      await file.rows([[1, 2, 3, 4, 5, 6, '', '']])
      await file.close()
    })(),
  ).rejects.toThrow('ENOENT')
})

it('has names of sheets that Excel takes', () => {
  expect(sheetName('Брошено: все/[2026]?', 1)).toBe('Брошено все 2026')
  expect(sheetName('x'.repeat(40), 12)).toHaveLength(31)
  expect(sheetName('x'.repeat(40), 12).endsWith(' (12)')).toBe(true)
  expect(sheetName('///', 1)).toBe('Sheet')
})
