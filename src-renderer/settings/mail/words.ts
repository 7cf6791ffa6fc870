import type { MailProblem, MailSettings } from '../../../server/contract/index.ts'
import { defineWords } from '../../app/i18n.ts'

interface MailWords {
  note: string
  server: string
  host: string
  port: string
  security: string
  securities: Record<MailSettings['security'], string>
  user: string
  userHint: string
  password: string
  passwordKept: string
  from: string
  authorities: string
  authoritiesHint: string
  authoritiesWrong: string
  to: string
  test: string
  testTitle: string
  sent: (to: string) => string
  problems: Record<MailProblem, string>
}

export const mailWords = defineWords<MailWords>({
  ru: {
    note: 'Через этот почтовый сервер уходят отчёты по расписанию. Расписания — на странице отчётов, кнопка «По почте».',
    server: 'Почтовый сервер',
    host: 'Адрес сервера',
    port: 'Порт',
    security: 'Шифрование',
    securities: { tls: 'TLS (обычно 465)', starttls: 'STARTTLS (обычно 587)', none: 'Нет, только внутри сети' },
    user: 'Имя для входа',
    userHint: 'Пусто, если сервер принимает письма без входа',
    password: 'Пароль',
    passwordKept: 'Сохранён; оставьте пустым, чтобы не менять',
    from: 'Адрес отправителя',
    authorities: 'Сертификат своего удостоверяющего центра',
    authoritiesHint: 'В виде PEM. Нужен, только если сертификат почтового сервера выпустила сама компания',
    authoritiesWrong: 'Нужен сертификат целиком: от -----BEGIN CERTIFICATE----- до -----END CERTIFICATE-----',
    to: 'Кому отправить проверку',
    test: 'Отправить проверочное письмо',
    testTitle: 'Проверка',
    sent: (to) => `Письмо принято сервером. Проверьте почту ${to}.`,
    problems: {
      reach: 'Сервер не отвечает. Проверьте адрес и порт, и пускает ли к нему сеть.',
      tls: 'Зашифрованное соединение не удалось. Проверьте шифрование, порт и сертификат сервера.',
      signIn: 'Сервер не принял имя и пароль.',
      refused: 'Сервер отказался принять письмо. Проверьте адреса отправителя и получателя.',
      report: 'Отчёт не построился. Попробуйте отправить его ещё раз.',
      notConfigured: 'Почтовый сервер не настроен: Настройки → Почта.',
    },
  },
  en: {
    note: 'Scheduled reports go out through this mail server. Schedules are on the reports page, under “By e-mail”.',
    server: 'Mail server',
    host: 'Server address',
    port: 'Port',
    security: 'Encryption',
    securities: { tls: 'TLS (usually 465)', starttls: 'STARTTLS (usually 587)', none: 'None, inside a network only' },
    user: 'User name',
    userHint: 'Empty where the server takes mail without signing in',
    password: 'Password',
    passwordKept: 'Stored; leave empty to keep it',
    from: 'Sender’s address',
    authorities: 'Certificate of your own authority',
    authoritiesHint: 'As PEM. Only where the company itself issued the mail server’s certificate',
    authoritiesWrong: 'A whole certificate is needed: from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----',
    to: 'Send the test to',
    test: 'Send a test letter',
    testTitle: 'Test',
    sent: (to) => `The server took the letter. Look into the mailbox of ${to}.`,
    problems: {
      reach: 'The server does not answer. Check its address and port, and whether the network lets us through.',
      tls: 'The encrypted connection failed. Check the encryption, the port and the server’s certificate.',
      signIn: 'The server did not accept the name and password.',
      refused: 'The server refused the letter. Check the addresses of sender and recipient.',
      report: 'The report could not be made. Try to send it once more.',
      notConfigured: 'No mail server is set: Settings → Mail.',
    },
  },
})
