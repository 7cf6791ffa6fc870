import { randomUUID } from 'node:crypto'
import type { mailRoutes } from '../../contract/index.ts'
import { type MailAccounts, MailError, type ReportMail, type SendMail } from '../../mail/index.ts'
import type { Handlers } from '../handler.ts'

export interface MailHandlerDeps {
  readonly mailAccounts: MailAccounts
  readonly reportMail: ReportMail
  readonly sendMail: SendMail
}

const testLetter = {
  ru: { subject: 'CallSync Central: проверка почты', text: 'Почта настроена: отчёты по расписанию будут приходить.' },
  en: { subject: 'CallSync Central: mail test', text: 'Mail is set up: scheduled reports will arrive.' },
} as const

export function mailHandlers({ mailAccounts, reportMail, sendMail }: MailHandlerDeps): Pick<Handlers, keyof typeof mailRoutes> {
  return {
    mailSettings: async () => {
      const account = await mailAccounts.current()
      if (!account) return { settings: null, hasPassword: false }
      const { password, ...settings } = account
      return { settings, hasPassword: password !== '' }
    },
    saveMailSettings: async ({ body }, { user }) => {
      await mailAccounts.save(user, body)
      return {}
    },
    testMail: async ({ body }) => {
      const account = await mailAccounts.accountFor(body.settings)
      try {
        await sendMail(account, { to: [body.to], ...testLetter[body.language], messageId: `${randomUUID()}@callsync` })
        return { problem: null, detail: '' }
      } catch (error) {
        if (error instanceof MailError) return { problem: error.problem, detail: error.message }
        throw error
      }
    },
    reportSchedules: () => reportMail.all(),
    saveReportSchedule: async ({ params, body }, { user }) => {
      await reportMail.save(user, params.id, body)
      return {}
    },
    deleteReportSchedule: async ({ params }, { user }) => {
      await reportMail.remove(user, params.id)
      return {}
    },
    retryReportMailing: async ({ params }, { user }) => {
      await reportMail.retry(user, params.id)
      return {}
    },
  }
}
