import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, expect, type Locator, type Page, test } from '@playwright/test'
import { createConnection } from 'mysql2/promise'
import { dayOf } from '../../server/site-time.ts'
import { startMariaDb, type TestDatabase } from '../support/databases.ts'
import { office, signIn } from '../support/people.ts'
import { Stand } from '../support/stand.ts'

/** Where reports get their calls from, and what queues are judged by, set on the pages for it (C6.2, C4.1). */

const timeZone = 'Europe/Moscow'
// Each goes on from what the one before has set.
test.describe.configure({ mode: 'serial' })

let stand: Stand
let database: TestDatabase
let folder: string
/** Whatever the hour: the site's day has begun. */
const dayMs = dayOf(Date.now(), timeZone).fromMs
const wall = (ms: number): string => new Date(ms + 3 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
const id = (n: number): string => `${dayMs / 1_000 + n}.${n}`

test.beforeAll(async () => {
  test.setTimeout(300_000)
  folder = mkdtempSync(join(tmpdir(), 'callsync-record-e2e-'))
  database = await startMariaDb()
  stand = await Stand.start({ name: 'record-settings', env: { CALLSYNC_TIME_ZONE: timeZone } })
  await fillCdr()
})
test.afterAll(async () => {
  await stand?.stop()
  await database?.stop()
  rmSync(folder, { recursive: true, force: true })
})
test.afterEach(async ({ browser }) => {
  for (const context of browser.contexts()) await context.close()
})

/** A table whose unique id has a name of its own: six calls that operator 1001 made, answered after 4 s. */
async function fillCdr(): Promise<void> {
  const { host, port, user, password, database: name } = database
  const connection = await createConnection({ host, port, user, password, database: name, multipleStatements: true })
  const rows = Array.from({ length: 6 }, (_, n) => {
    const values = [
      wall(dayMs + n * 1_000),
      '1001',
      '89160000001',
      'out',
      `PJSIP/1001-${n}`,
      `PJSIP/carrier-${n}`,
      'Dial',
      34,
      30,
    ]
    return `('${values.join("','")}','ANSWERED','${id(n)}','${id(n)}')`
  })
  await connection.query(`
    create table calls (calldate datetime, src varchar(80), dst varchar(80), dcontext varchar(80), channel varchar(80),
      dstchannel varchar(80), lastapp varchar(80), duration int, billsec int, disposition varchar(45), call_uid varchar(32),
      linkedid varchar(32), key (calldate));
    insert into calls values ${rows.join(',')}`)
  await connection.end()
}

async function open(browser: Browser, person: 'admin' | 'galina'): Promise<Page> {
  const page = await (await browser.newContext(office)).newPage()
  await signIn(page, stand.url, person)
  return page
}

async function openRecord(browser: Browser): Promise<Page> {
  const page = await open(browser, 'admin')
  await page.getByRole('link', { name: 'Настройки' }).click()
  await page.getByRole('link', { name: 'Журнал звонков' }).click()
  await expect(page.getByTestId('source-add')).toBeVisible()
  return page
}

async function choose(page: Page, form: Locator, field: string, option: string): Promise<void> {
  await form.getByRole('combobox', { name: field, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

const figure = async (report: 'operators' | 'queues', name: string): Promise<number | null> => {
  const api = await stand.api('galina')
  const { today } = await api.reportDefinitions()
  const body = { report, groupBy: report === 'queues' ? 'queue' : 'operator', fromDay: today, toDay: today } as const
  return (await api.runReport({ body })).total[name] ?? null
}

test('a database is tried before it is kept, and its calls come into the reports', async ({ browser }) => {
  test.setTimeout(180_000)
  const page = await openRecord(browser)
  // Those of the demo PBX, until somebody says otherwise.
  await expect(page.getByTestId('source-cdr')).toContainText('Найден сервером')
  await page.getByTestId('source-cdr').getByRole('button', { name: 'Указать другой' }).click()
  const form = page.getByTestId('source-form')
  // In another store than the file that was read so far.
  await expect(form.getByTestId('source-another-store')).toContainText('прочитает все источники заново')
  await form.getByTestId('source-test').click()
  await expect(form.getByText('Заполните это поле').first()).toBeVisible()

  await form.getByRole('textbox', { name: 'Адрес базы' }).fill(database.host)
  await form.getByRole('textbox', { name: 'Порт', exact: true }).fill(String(database.port))
  await form.getByRole('textbox', { name: 'Пользователь' }).fill(database.user)
  await form.getByRole('textbox', { name: 'Пароль' }).fill('not the password')
  await form.getByRole('textbox', { name: 'Таблица' }).fill('calls')
  await form.getByRole('combobox', { name: 'Часовой пояс записей' }).fill('UTC')
  await form.getByTestId('source-test').click()
  const trial = form.getByTestId('source-trial')
  await expect(trial).toContainText('Имя или пароль не подходят')

  await form.getByRole('textbox', { name: 'Пароль' }).fill(database.password)
  await form.getByTestId('source-test').click()
  await expect(trial).toContainText('Не хватает столбцов')
  await form.getByTestId('column-uniqueid').click()
  await page.getByRole('option', { name: 'call_uid' }).click()
  await form.getByTestId('source-test').click()
  await expect(trial).toContainText('отличается на +3 ч')
  await trial.getByTestId('use-zone').click()
  await expect(trial).toContainText('часовой пояс верный')
  await expect(trial).toContainText('всего 6')
  await expect(trial).toContainText('Всё в порядке')
  await form.getByRole('button', { name: 'Сохранить' }).click()
  await expect(form).toBeHidden()

  const source = page.getByTestId('source-cdr')
  await expect(source).toContainText('Прочитан полностью', { timeout: 60_000 })
  await expect(source).toContainText(`${database.database}.calls`)
  await expect.poll(() => figure('operators', 'handledOutbound'), { timeout: 60_000 }).toBe(6)

  // The password stays on the server: another address wants it typed again.
  await source.getByRole('button', { name: 'Изменить' }).click()
  await expect(form.getByRole('textbox', { name: 'Пароль' })).toHaveValue('')
  await form.getByTestId('source-test').click()
  await expect(trial).toContainText('всего 6')
  await form.getByRole('textbox', { name: 'Адрес базы' }).fill('localhost')
  await form.getByTestId('source-test').click()
  await expect(form.getByText('Введите пароль ещё раз')).toBeVisible()
  await form.getByRole('button', { name: 'Отмена' }).click()
})

test('a broken line is shown as it is, and the rest is read', async ({ browser }) => {
  test.setTimeout(180_000)
  const at = dayMs / 1_000
  const path = join(folder, 'queue_log')
  // Answered after 10 s, given up after 20 s, and a line that was cut.
  const lines = [
    `${at}|${id(10)}|701|NONE|ENTERQUEUE||79160000001|1`,
    `${at + 10}|${id(10)}|701|PJSIP/1001|CONNECT|10|${id(11)}|4`,
    `${at + 20}|${id(10)}|701|PJSIP/1001|COMPLETECALLER|10|10|1`,
    'nonsense|and no more',
    `${at}|${id(12)}|701|NONE|ENTERQUEUE||79160000002|1`,
    `${at + 20}|${id(12)}|701|NONE|ABANDON|1|1|20`,
  ]
  writeFileSync(path, `${lines.join('\n')}\n`)
  const page = await openRecord(browser)
  await page.getByTestId('source-add').click()
  const form = page.getByTestId('source-form')
  await choose(page, form, 'Что', 'queue_log — очереди')
  await choose(page, form, 'Где хранится', 'Файл queue_log')
  await form.getByRole('textbox', { name: 'Путь к файлу' }).fill(join(stand.dataFolder, 'secret.key'))
  await form.getByTestId('source-test').click()
  await expect(form.getByText('Это файлы самого сервера CallSync')).toBeVisible()
  await form.getByRole('textbox', { name: 'Путь к файлу' }).fill(path)
  await form.getByTestId('source-test').click()
  await expect(form.getByTestId('source-trial')).toContainText('Часть строк повреждена')
  await form.getByRole('button', { name: 'Сохранить' }).click()

  await expect(page.getByTestId('source-queueLog')).toContainText('Прочитан полностью', { timeout: 60_000 })
  const problems = page.getByTestId('import-problems')
  await expect(problems).toContainText('nonsense|and no more')
  await expect(problems).toContainText('queue_log:4')
  await expect(problems).toContainText('Строка оборвана')
  await expect.poll(() => figure('queues', 'offered'), { timeout: 60_000 }).toBe(2)

  const galina = await open(browser, 'galina')
  await galina.getByRole('link', { name: 'Отчёты' }).click()
  const queues = galina.getByRole('table', { name: 'Очереди' })
  await expect(queues.locator('tfoot').getByTestId('figure-offered')).toHaveText('2')

  // Read on as it grows.
  appendFileSync(path, `${at + 30}|${id(13)}|701|NONE|ENTERQUEUE||79160000003|1\n${at + 32}|${id(13)}|701|NONE|ABANDON|1|1|2\n`)
  await expect.poll(() => figure('queues', 'offered'), { timeout: 60_000 }).toBe(3)
})

test('a rule from today judges today’s calls, and one of the past wants a word', async ({ browser }) => {
  test.setTimeout(180_000)
  // Of three visits one was answered in time; the short one does not count.
  await expect.poll(() => figure('queues', 'serviceLevel')).toBe(0.5)
  const page = await open(browser, 'admin')
  await page.getByRole('link', { name: 'Настройки' }).click()
  await page.getByRole('link', { name: 'Правила очередей' }).click()
  await page.getByTestId('rule-add').click()
  const form = page.getByTestId('rule-form')
  await choose(page, form, 'Очередь', 'Отдел продаж · 701')
  await form.getByRole('textbox', { name: 'Норма ожидания, с' }).fill('5')
  await form.getByRole('checkbox', { name: 'С самого начала' }).check()
  await form.getByRole('button', { name: 'Сохранить' }).click()
  await expect(form.getByText('День уже прошёл')).toBeVisible()
  await form.getByRole('checkbox', { name: 'С самого начала' }).uncheck()
  await form.getByRole('button', { name: 'Сохранить' }).click()
  await expect(page.getByTestId('rule-701')).toContainText('действует')
  await expect.poll(() => figure('queues', 'serviceLevel'), { timeout: 60_000 }).toBe(0)

  await page.getByTestId('rule-701').getByRole('button', { name: 'Изменить' }).click()
  await form.getByRole('textbox', { name: 'Норма ожидания, с' }).fill('30')
  await choose(page, form, 'Уровень сервиса', 'Aₜ ÷ A')
  await form.getByRole('button', { name: 'Сохранить' }).click()
  await expect.poll(() => figure('queues', 'serviceLevel'), { timeout: 60_000 }).toBe(1)
})

test('calls of a closed queue are counted apart, and its hours are shaded', async ({ browser }) => {
  test.setTimeout(180_000)
  await expect.poll(() => figure('queues', 'outOfHours')).toBe(0)
  const page = await open(browser, 'admin')
  await page.getByRole('link', { name: 'Настройки' }).click()
  await page.getByRole('link', { name: 'Рабочее время' }).click()
  await page.getByTestId('work-time-add').click()
  const form = page.getByTestId('work-time-form')
  await form.getByTestId('work-time-day-1').fill('9-13, 14:00 – 18')
  await form.getByTestId('work-time-day-2').fill('с девяти')
  await expect(form.getByTestId('work-time-day-1')).toHaveValue('09:00–13:00, 14:00–18:00')
  await form.getByRole('button', { name: 'Сохранить' }).click()
  await expect(form.getByText('Часы по порядку')).toBeVisible()
  await form.getByRole('button', { name: 'Будни как понедельник' }).click()
  // An hour is shaded where it is closed on all the days shown.
  await form.getByTestId('work-time-ever').check()
  await form.getByRole('button', { name: 'Сохранить' }).click()
  await expect(form.getByText('День уже прошёл')).toBeVisible()
  await form.getByTestId('work-time-recount').check()
  await form.getByRole('button', { name: 'Сохранить' }).click()
  // The visits began at midnight.
  await expect(page.getByTestId('work-time-*')).toContainText('пн–пт 09:00–13:00, 14:00–18:00 · сб–вс закрыто')
  await expect.poll(() => figure('queues', 'outOfHours'), { timeout: 60_000 }).toBe(3)
  expect(await figure('queues', 'offered')).toBe(3)

  const galina = await open(browser, 'galina')
  await galina.getByRole('link', { name: 'Отчёты' }).click()
  const queues = galina.getByRole('table', { name: 'Очереди' })
  await expect(queues.locator('tfoot').getByTestId('figure-outOfHours')).toHaveText('3')
  await galina.getByTestId('report-times').click()
  await expect(galina.getByTestId('report-chart')).toContainText('Вне рабочего времени')

  // Today is a day of its own: open all day.
  await page.getByTestId('holiday-add').click()
  const day = page.getByTestId('holiday-form')
  await day.getByRole('textbox', { name: 'Часы' }).fill('0-24')
  await day.getByRole('button', { name: 'Сохранить' }).click()
  await expect.poll(() => figure('queues', 'outOfHours'), { timeout: 60_000 }).toBe(0)
})

test('everything can be read again from the beginning', async ({ browser }) => {
  test.setTimeout(120_000)
  const page = await openRecord(browser)
  writeFileSync(join(folder, 'queue_log'), `${dayMs / 1_000}|${id(20)}|701|NONE|ENTERQUEUE||79160000009|1\n`)
  await page.getByRole('button', { name: 'Прочитать всё заново' }).click()
  await page.getByTestId('import-anew-confirm').click()
  await expect.poll(() => figure('queues', 'offered'), { timeout: 60_000 }).toBe(1)
  await expect(page.getByTestId('source-queueLog')).toContainText('Прочитан полностью', { timeout: 60_000 })

  await page.getByTestId('source-queueLog').getByRole('button', { name: 'Убрать' }).click()
  await page.getByTestId('source-remove-confirm').click()
  await expect(page.getByTestId('source-queueLog')).toContainText('Найден сервером', { timeout: 60_000 })
  // What was read stays.
  await expect.poll(() => figure('queues', 'offered')).toBe(1)
})
