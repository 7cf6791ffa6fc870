import { readFile } from 'node:fs/promises'
import { type Browser, type Download, expect, type Page, test } from '@playwright/test'
import PostalMime from 'postal-mime'
import { readSheet } from 'read-excel-file/node'
import { addDays } from '../../server/contract/index.ts'
import { login, startMailServer } from '../../server/mail/fixture.ts'
import { afternoonZone } from '../support/afternoon.ts'
import { pdfText } from '../support/pdf-text.ts'
import { office, signIn } from '../support/people.ts'
import { ScheduledLetters } from '../support/scheduled-letters.ts'
import { ScriptedPhone } from '../support/scripted-phone.ts'
import { Stand } from '../support/stand.ts'

/** Reports over what the real Asterisk wrote of its calls: each figure opens the calls it counts, files and letters have the same (C4.1, C4.2, C4.5, C3.6). */

const sales = '+74950000701'

let stand: Stand
let letters: ScheduledLetters
test.beforeAll(async () => {
  test.setTimeout(300_000)
  stand = await Stand.start({ name: 'reports', env: { CALLSYNC_TIME_ZONE: afternoonZone() } })
  letters = await ScheduledLetters.start(stand)
  await giveUp('+79031112233', 7_000)
  await giveUp('+79031112244', 2_000)
  await talkWithAnna('+79165550101', 3_000)
  await expect.poll(today, { timeout: 60_000 }).toEqual({ abandoned: 2, answered: 1 })
})
test.afterAll(async () => {
  await stand?.stop()
  await letters?.stop()
})

const open = async (browser: Browser): Promise<Page> => (await browser.newContext(office)).newPage()
test.afterEach(async ({ browser }) => {
  for (const context of browser.contexts()) await context.close()
})

/** Waits in the queue with nobody to take the call, and gives up. */
async function giveUp(from: string, ms: number): Promise<void> {
  const call = await stand.carrier.call({ from, to: sales })
  expect(await call.answered).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, ms))
  await stand.carrier.hangUp(call)
}

/** Anna's phone takes the call, and the customer hangs up. */
async function talkWithAnna(from: string, ms: number): Promise<void> {
  const { socketUrl, sipDomain: domain, extensions } = stand.pbx.file
  const password = extensions.find(({ extension }) => extension === '1001')?.sipPassword ?? ''
  const phone = await ScriptedPhone.connect({ socketUrl, domain, extension: '1001', password })
  try {
    const call = await stand.carrier.call({ from, to: sales })
    const rung = await phone.incoming()
    await rung.answer()
    await new Promise((resolve) => setTimeout(resolve, ms))
    await stand.carrier.hangUp(call)
    await rung.ended
  } finally {
    await phone.register(0).catch(() => undefined)
    phone.close()
  }
}

/** Today's figures of the queue, as the server says. */
async function today() {
  const api = await stand.api('galina')
  const { today: day } = await api.reportDefinitions()
  const body = { report: 'queues', groupBy: 'queue', fromDay: day, toDay: day } as const
  const { total } = await api.runReport({ body })
  return { abandoned: total['abandoned'], answered: total['answered'] }
}

test('callers who gave up are counted from the PBX’s own logs, and listed behind the figure', async ({ browser }) => {
  test.setTimeout(180_000)
  const galina = await open(browser)
  await signIn(galina, stand.url, 'galina')
  await galina.getByRole('link', { name: 'Отчёты' }).click()
  const queues = galina.getByRole('table', { name: 'Очереди' })
  await expect(queues.locator('tfoot').getByTestId('figure-offered')).toHaveText('3')
  await expect(queues.locator('tbody')).toContainText('Отдел продаж')
  await queues.getByRole('button', { name: 'Брошено', exact: true }).hover()
  await expect(galina.getByRole('tooltip')).toContainText('Звонящий положил трубку, ожидая')

  await queues.locator('tbody').getByTestId('figure-abandoned').click()
  const behind = galina.getByTestId('behind')
  await expect(behind.locator('tbody tr')).toHaveCount(2)
  await expect(behind).toContainText('+7 903 111-22-33')
  await expect(behind).toContainText('Не дождался')
  await expect(behind).toContainText('Положил трубку сразу')
  await galina.keyboard.press('Escape')
  await expect(behind).toBeHidden()

  await galina.getByTestId('report-missed').click()
  await galina.locator('tfoot').getByTestId('figure-missed').click()
  await expect(behind.locator('tbody tr')).toHaveCount(2)
  await expect(behind).toContainText('не перезванивали')

  // Nobody had a card of it: the PBX's own record tells the call, to those who may see it.
  await behind.locator('tbody tr').filter({ hasText: '+7 903 111-22-33' }).click()
  const call = galina.getByTestId('call-details')
  await expect(call).toContainText('+7 903 111-22-33')
  await expect(call.getByTestId('call-course')).toContainText('В очереди Отдел продаж')
  await expect(call.getByTestId('call-course')).toContainText('Брошен · Не дождался · место 1 · ждал 0:0')
  await galina.keyboard.press('Escape')
  await expect(call).toBeHidden()
  await expect(behind).toBeVisible()
  const api = await stand.api('galina')
  const { today } = await api.reportDefinitions()
  const missed = { report: 'missed', groupBy: 'cause', fromDay: today, toDay: today, figure: 'missed' } as const
  const [row] = (await api.behindFigure({ body: missed })).rows
  const params = { callId: row?.callKey ?? '' }
  expect(await api.pastCall({ params })).toMatchObject({ card: null, call: { outcome: 'missed' } })
  await expect((await stand.api('boris')).pastCall({ params })).rejects.toMatchObject({ code: 'notFound' })

  // The address is the report: opened again it is the same one.
  await galina.reload()
  await expect(galina.getByRole('table', { name: 'Пропущенные' }).locator('tfoot')).toContainText('2')
})

/** Takes what is on the screen as a file. */
async function exported(page: Page, within: ReturnType<Page['locator']>, kind: 'XLSX' | 'CSV'): Promise<Download> {
  const download = page.waitForEvent('download', { timeout: 60_000 })
  await within.getByTestId('export').click()
  await page.getByRole('menuitem', { name: kind }).click()
  return download
}
const rowsOf = async (download: Download) => readSheet(await readFile(await download.path()))
const numberIn = (text: string | null): number => Number((text ?? '').replace(/[^\d]/g, ''))

test('each report opens, its figures list their rows, and its files open in another program', async ({ browser }) => {
  test.setTimeout(400_000)
  const galina = await open(browser)
  await signIn(galina, stand.url, 'galina')
  const failures: string[] = []
  galina.on('pageerror', (error) => failures.push(error.message))
  const behind = galina.getByTestId('behind')
  const names = {
    queues: 'Очереди',
    operators: 'Операторы',
    missed: 'Пропущенные',
    times: 'Часы и дни',
    categories: 'Категории',
    satisfaction: 'Оценки',
    callBacks: 'Перезвоны',
    states: 'Состояния',
  }
  const drilled: string[] = []
  await galina.goto(`${stand.url}/reports?period=thisYear`)
  for (const [id, name] of Object.entries(names)) {
    await galina.getByTestId(`report-${id}`).click()
    const table = galina.getByRole('table', { name, exact: true })
    await expect(table).toBeVisible()
    await expect(table.locator('tfoot').or(galina.getByText('За этот период ничего нет'))).toBeVisible()
    const counted = table.locator('tfoot button').first()
    if ((await counted.count()) > 0) {
      const figure = numberIn(await counted.textContent())
      await counted.click()
      await expect(behind).toContainText(/строк/)
      if (/^figure-(offered|handled|missed|calls|cards|callBacks)$/.test((await counted.getAttribute('data-testid')) ?? '')) {
        expect(numberIn((await behind.locator('p').first().textContent())?.split('·')[1] ?? ''), name).toBe(figure)
        drilled.push(id)
      }
      await galina.keyboard.press('Escape')
      await expect(behind).toBeHidden()
    }
    // A long table has only the rows in sight.
    const foot = table.locator('tfoot tr')
    const lines = (await foot.count()) === 0 ? 0 : Number(await foot.getAttribute('aria-rowindex')) - 2
    const sheet = await rowsOf(await exported(galina, galina.getByRole('banner').or(galina.locator('header')).first(), 'XLSX'))
    expect(String(sheet[0]?.[0]), name).toContain(name)
    expect(sheet.at(-1)?.[0], name).toBe('Всего')
    // Under its notes, of one cell each, between the head and the total.
    const head = sheet.findIndex((row) => row.filter((cell) => cell !== null).length > 1)
    expect(sheet.length - head - 2, name).toBe(lines)
  }
  const counting = ['queues', 'operators', 'missed', 'times', 'categories', 'satisfaction', 'callBacks']
  expect(drilled).toEqual(expect.arrayContaining(counting))

  // Of states, the time talked opens the talks: as many as the operators' report counts.
  const handled = async () => {
    await galina.getByTestId('report-operators').click()
    return numberIn(await galina.locator('tfoot').getByTestId('figure-handled').textContent())
  }
  const talks = await handled()
  expect(talks).toBeGreaterThan(0)
  await galina.getByTestId('report-states').click()
  await galina.locator('tfoot').getByTestId('figure-talkMs').click()
  await expect(behind.locator('p').first()).toContainText(new RegExp(`· ${talks} строк`))
  await galina.keyboard.press('Escape')

  // The rows behind a figure as a file: as many as the figure says.
  await galina.getByTestId('report-times').click()
  const calls = galina.getByRole('table', { name: 'Часы и дни' }).locator('tfoot').getByTestId('figure-calls')
  const count = numberIn(await calls.textContent())
  await calls.click()
  const list = await exported(galina, behind, 'CSV')
  expect(list.suggestedFilename()).toMatch(/^Звонки-Всего-.*\.csv$/)
  const csv = await readFile(await list.path(), 'utf8')
  expect(csv.startsWith('\uFEFFВремя;')).toBe(true)
  expect(csv.trim().split('\r\n')).toHaveLength(count + 1)
  await galina.keyboard.press('Escape')

  // The chart says what the table says, and is reached by keys.
  const chart = galina.getByTestId('report-chart')
  await chart.getByRole('group').focus()
  await galina.keyboard.press('End')
  await expect(chart).toContainText('23:00–23:59')

  // Parts of hours are of a month at most, and open their calls.
  const rowsBy = async (name: string) => {
    await galina.getByTestId('report-group').click()
    await galina.getByRole('option', { name, exact: true }).click()
  }
  await rowsBy('по 15 мин суток')
  await expect(galina.getByText('Период слишком длинный для таких строк')).toBeVisible()
  await galina.getByRole('button', { name: 'По часам' }).click()
  await expect(galina.getByTestId('report-group')).toHaveValue('по часам суток')
  await galina.goto(`${stand.url}/reports?report=times&by=quarterHour&period=today`)
  const quarter = galina.getByRole('table', { name: 'Часы и дни' }).locator('tbody').getByTestId('figure-calls').first()
  const counted = numberIn(await quarter.textContent())
  await quarter.click()
  await expect(behind.locator('p').first()).toContainText(new RegExp(`:(00|15|30|45) · ${counted} строк`))

  expect(failures).toEqual([])
})

test('the list of calls is searched and filtered on the server, its file has what it shows, and each call opens', async ({
  browser,
}) => {
  test.setTimeout(180_000)
  const galina = await open(browser)
  await signIn(galina, stand.url, 'galina')
  await galina.getByRole('link', { name: 'Звонки' }).click()
  const calls = galina.getByRole('table', { name: 'Звонки' })
  await expect(calls.locator('tbody tr').first()).toBeVisible()
  await galina.getByTestId('calls-search').fill('903 111-22')
  const rows = calls.locator('tbody tr')
  await expect(rows).toHaveCount(2)
  await galina.getByTestId('calls-outcome').click()
  await galina.getByRole('option', { name: 'Принят' }).click()
  await expect(galina.getByText('Ничего не нашлось')).toBeVisible()
  await galina.getByTestId('calls-outcome').click()
  await galina.getByRole('option', { name: 'Пропущен' }).click()
  await expect(rows).toHaveCount(2)
  await galina.getByTestId('calls-search').fill('903 111-22-33')
  await expect(rows).toHaveCount(1)
  const sheet = await rowsOf(await exported(galina, galina.locator('main'), 'XLSX'))
  expect(sheet[0]?.[0]).toBe('Звонки')
  expect(sheet[1]?.[0]).toContain('Исход: Пропущен · Поиск: 903 111-22-33')
  const head = sheet.findIndex((row) => row.filter((cell) => cell !== null).length > 1)
  expect(sheet.slice(head + 1).map((row) => [String(row[2]).replace(/\D/g, ''), row[6]])).toEqual([['79031112233', 'Пропущен']])

  await rows.click()
  await expect(galina.getByTestId('call-course')).toContainText('Вышел из очереди Отдел продаж')
  await galina.keyboard.press('Escape')
  // The address is the list: opened again it is the same one. Another day has none of it.
  await galina.reload()
  await expect(rows).toHaveCount(1)
  await galina.getByTestId('report-period').click()
  await galina.getByRole('option', { name: 'Вчера' }).click()
  await expect(galina.getByText('Ничего не нашлось')).toBeVisible()
})

test('a report is narrowed, compared, given other columns and days, and a row opens its call', async ({ browser }) => {
  test.setTimeout(180_000)
  const galina = await open(browser)
  await signIn(galina, stand.url, 'galina')
  const api = await stand.api('galina')
  const { today: day } = await api.reportDefinitions()
  await galina.goto(`${stand.url}/reports?report=queues`)
  const queues = galina.getByRole('table', { name: 'Очереди', exact: true })
  const offered = queues.locator('tfoot').getByTestId('figure-offered')
  await expect(offered).toHaveText('3')

  // Of the other queue there is nothing; of this one, all.
  const choose = async (queue: string) => {
    await galina.getByRole('combobox', { name: 'Все очереди' }).or(galina.getByLabel('Все очереди')).first().click()
    await galina.getByRole('option', { name: queue }).click()
    await galina.keyboard.press('Escape')
  }
  await choose('Поддержка')
  await expect(galina.getByText('За этот период ничего нет')).toBeVisible()
  await choose('Отдел продаж')
  await expect(offered).toHaveText('3')
  await galina.getByTestId('report-clear').click()
  await expect(galina).not.toHaveURL(/queues=/)

  await galina.getByTestId('report-columns').click()
  await galina.getByRole('checkbox', { name: 'Брошено', exact: true }).uncheck()
  await galina.getByRole('checkbox', { name: 'Потеряно', exact: true }).check()
  await galina.keyboard.press('Escape')
  const head = (name: string) => queues.getByRole('columnheader', { name, exact: true })
  await expect(head('Потеряно')).toBeVisible()
  await expect(head('Брошено')).toHaveCount(0)
  await galina.reload()
  await expect(head('Потеряно')).toBeVisible()
  await expect(head('Брошено')).toHaveCount(0)

  // Days of one's own: today, by its first and last day.
  await galina.getByTestId('report-period').click()
  await galina.getByRole('option', { name: 'Свой период…' }).click()
  const month = galina.getByTestId('report-days').locator('button:not([data-outside])')
  const dayCell = month.filter({ hasText: new RegExp(`^${day % 100}$`) })
  await dayCell.click()
  await dayCell.click()
  await expect(galina).toHaveURL(new RegExp(`period=${day}-${day}`))
  await expect(offered).toHaveText('3')

  // Compared with as many days before, of which there are cards too.
  await galina.goto(`${stand.url}/reports?report=categories&by=operator`)
  await galina.getByTestId('report-compare').click()
  await expect(galina).toHaveURL(/compare=1/)
  await expect(galina.getByText(/Сравнение: /)).toBeVisible()
  const cards = galina
    .getByRole('table', { name: 'Категории', exact: true })
    .locator('tfoot td')
    .filter({
      has: galina.getByTestId('figure-cards'),
    })
  await expect(cards).toContainText(/[+−][\d,]+\u00a0%|^[^%]*0\u00a0%/)

  await galina.locator('tfoot').getByTestId('figure-cards').click()
  const behind = galina.getByTestId('behind')
  await behind.locator('tbody tr').first().click()
  const call = galina.getByTestId('call-details')
  await expect(call).toBeVisible()
  await galina.keyboard.press('Escape')
  await expect(call).toBeHidden()
  await expect(behind).toBeVisible()
})

test('a scheduled report goes out by itself, and its files open in another program', async () => {
  test.setTimeout(300_000)
  const admin = await stand.api('admin')
  try {
    await expect.poll(() => letters.arrived.length, { timeout: 240_000, intervals: [1_000] }).toBe(2)
    const files = new Map<string, Buffer>()
    for (const bytes of letters.arrived) {
      const { attachments, to } = await PostalMime.parse(bytes)
      expect(to?.map(({ address }) => address)).toEqual(['boss@office.test'])
      for (const { filename, content } of attachments)
        if (content instanceof ArrayBuffer) files.set((filename ?? '').replace(/.*\./, ''), Buffer.from(content))
    }
    expect([...files.keys()].sort()).toEqual(['pdf', 'xlsx'])

    // Both say of yesterday what the report does.
    const { today: day } = await admin.reportDefinitions()
    const yesterday = addDays(day, -1)
    const { filter, report, groupBy } = letters.request
    const body = { report, groupBy, filter, fromDay: yesterday, toDay: yesterday }
    const { rows, total } = await admin.runReport({ body })
    const sheet = await readSheet(files.get('xlsx') ?? Buffer.alloc(0))
    expect(String(sheet[0]?.[0])).toContain('Категории')
    expect(sheet.slice(-rows.length - 1).map(([name, cards]) => [name, cards])).toEqual([
      ...rows.map(({ name, values }) => [name, values['cards']]),
      ['Всего', total['cards']],
    ])
    const [page = '', ...more] = pdfText(files.get('pdf') ?? Buffer.alloc(0))
    expect(more).toEqual([])
    expect(page).toContain('Категории')
    for (const { name, values } of rows) expect(page).toContain(`${name} ${values['cards']}`)
    expect(page).toContain(`Всего ${total['cards']}`)
  } finally {
    await letters.end()
  }
})

test('a report goes out by e-mail, with a letter that was tested before', async ({ browser }) => {
  test.setTimeout(180_000)
  await letters.end()
  const tried = await startMailServer()
  try {
    const admin = await open(browser)
    await signIn(admin, stand.url, 'admin')
    await admin.goto(`${stand.url}/settings/mail`)
    await admin.getByLabel('Адрес сервера').fill('127.0.0.1')
    await admin.getByRole('combobox', { name: 'Шифрование' }).click()
    await admin.getByRole('option', { name: 'Нет, только внутри сети' }).click()
    await admin.getByLabel('Порт').fill(String(tried.port))
    await admin.getByLabel('Адрес отправителя').fill('crm@office.test')
    await admin.getByLabel('Имя для входа').fill(login.user)
    await admin.getByLabel('Пароль', { exact: true }).fill('wrong')
    await admin.getByLabel('Кому отправить проверку').fill('boss@office.test')
    await admin.getByTestId('mail-test').click()
    await expect(admin.getByTestId('mail-test-result')).toContainText('не принял имя и пароль')
    await admin.getByLabel('Пароль', { exact: true }).fill(login.password)
    await admin.getByTestId('mail-test').click()
    await expect(admin.getByTestId('mail-test-result')).toContainText('принято сервером')
    expect((await PostalMime.parse(tried.letters[0] ?? '')).subject).toBe('CallSync Central: проверка почты')
    await admin.getByRole('button', { name: 'Сохранить' }).click()
    await expect(admin.getByText('Сохранено')).toBeVisible()

    await admin.getByRole('link', { name: 'Отчёты' }).click()
    await admin.getByTestId('report-mail').click()
    await admin.getByTestId('schedule-add').click()
    await admin.getByLabel('Кому').fill('boss@office.test')
    await admin.getByTestId('schedule-save').click()
    await expect(admin.getByTestId('schedule')).toContainText('каждый день в 08:00')
    await expect(admin.getByTestId('schedule')).toContainText('boss@office.test')
    await admin.getByTestId('schedule').getByRole('button', { name: 'Удалить' }).click()
    await expect(admin.getByTestId('schedule')).toHaveCount(0)
    await admin.getByTestId('schedule-bring-back').click()
    await expect(admin.getByTestId('schedule')).toContainText('boss@office.test')
  } finally {
    await tried.stop()
  }
})

test('an operator has the own report, and is refused the others', async ({ browser }) => {
  const anna = await open(browser)
  await signIn(anna, stand.url, 'anna')
  await anna.getByRole('link', { name: 'Отчёты' }).click()
  await expect(anna.getByTestId('report-own')).toBeVisible()
  await expect(anna.getByTestId('report-operators')).toHaveCount(0)
  const api = await stand.api('anna')
  const { today } = await api.reportDefinitions()
  const days = { fromDay: today, toDay: today }
  await expect(api.runReport({ body: { report: 'operators', groupBy: 'operator', ...days } })).rejects.toMatchObject({
    code: 'forbidden',
  })
  const filter = { operators: ['1002'] }
  await expect(api.runReport({ body: { report: 'own', groupBy: 'day', ...days, filter } })).rejects.toMatchObject({
    code: 'forbidden',
  })
})
