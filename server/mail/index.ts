export { MailAccounts } from './mail-settings.ts'
export { ReportMail } from './report-mail.ts'
export { MailError, type SendMail, sendMail } from './smtp.ts'
