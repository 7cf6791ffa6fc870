import { login, type MailServer, startMailServer } from '../../server/mail/fixture.ts'
import type { Stand } from './stand.ts'

const request = { report: 'categories', groupBy: 'operator', filter: {}, every: 'day', weekday: 1, dayOfMonth: 1 } as const
const formats = ['xlsx', 'pdf'] as const

/** One report by two schedules, due in the next minute but one: other tests run until the letters have come. */
export class ScheduledLetters {
  readonly request = request
  readonly #stand: Stand
  readonly #mail: MailServer
  readonly #ids = formats.map(() => crypto.randomUUID())

  private constructor(stand: Stand, mail: MailServer) {
    this.#stand = stand
    this.#mail = mail
  }

  static async start(stand: Stand): Promise<ScheduledLetters> {
    const letters = new ScheduledLetters(stand, await startMailServer())
    await letters.#schedule()
    return letters
  }

  get arrived(): readonly Buffer[] {
    return this.#mail.letters
  }

  /** No more of them. */
  async end(): Promise<void> {
    const admin = await this.#stand.api('admin')
    for (const id of this.#ids) await admin.deleteReportSchedule({ params: { id } }).catch(() => undefined)
  }

  stop(): Promise<void> {
    return this.#mail.stop()
  }

  async #schedule(): Promise<void> {
    const admin = await this.#stand.api('admin')
    await admin.saveMailSettings({
      body: {
        host: '127.0.0.1',
        port: this.#mail.port,
        security: 'none',
        user: login.user,
        password: login.password,
        from: 'crm@office.test',
        authorities: '',
      },
    })
    const { timeZone } = await admin.reportDefinitions()
    // By the site's clock; time enough to save both.
    const [hours = 0, minutes = 0] = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
      .format(Date.now() + 60_000)
      .split(':')
      .map(Number)
    for (const [at, format] of formats.entries())
      await admin.saveReportSchedule({
        params: { id: this.#ids[at] ?? '' },
        body: {
          ...request,
          figures: ['cards', 'ratedShare'],
          minuteOfDay: hours * 60 + minutes,
          recipients: ['boss@office.test'],
          language: 'ru',
          format,
          active: true,
        },
      })
  }
}
