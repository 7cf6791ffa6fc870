import type { DeskState } from '../../src-preload/contract/index.ts'

type Language = DeskState['language']
type Status = NonNullable<DeskState['person']>['status']

interface Words {
  readonly open: string
  readonly quit: string
  readonly pause: string
  readonly endPause: string
  readonly microphone: string
  readonly signedOut: string
  readonly status: Readonly<Record<Status, string>>
  readonly answer: string
  readonly reject: string
  readonly quitQuestion: string
  readonly quitInCall: string
  readonly quitUnsent: (count: number) => string
  readonly quitUnkept: string
  readonly stay: string
  readonly quitAnyway: string
  readonly whichHeadset: string
  readonly noHeadset: string
}

/** What the app says outside its pages. Once a page has told the person's language, in that. */
const words: Readonly<Record<Language, Words>> = {
  ru: {
    open: 'Открыть CallSync',
    quit: 'Выйти из программы',
    pause: 'Пауза',
    endPause: 'Снять с паузы',
    microphone: 'Микрофон',
    signedOut: 'Вход не выполнен',
    status: {
      available: 'Доступен',
      ringing: 'Звонок',
      onCall: 'Разговор',
      wrapUp: 'Поствызывная обработка',
      paused: 'Пауза',
      offline: 'Не в сети',
    },
    answer: 'Ответить',
    reject: 'Отклонить',
    quitQuestion: 'Выйти из CallSync?',
    quitInCall: 'Идёт звонок: он прервётся.',
    quitUnsent: (count) =>
      `Не отправлено: ${count}. Данные останутся на этом компьютере и уйдут на сервер при следующем запуске.`,
    quitUnkept: 'Часть введённого текста есть только в окне: диск его не принял. Если выйти, она пропадёт.',
    stay: 'Остаться',
    quitAnyway: 'Выйти',
    whichHeadset: 'Какую гарнитуру подключить?',
    noHeadset: 'Никакую',
  },
  en: {
    open: 'Open CallSync',
    quit: 'Quit',
    pause: 'Pause',
    endPause: 'End pause',
    microphone: 'Microphone',
    signedOut: 'Not signed in',
    status: {
      available: 'Available',
      ringing: 'Ringing',
      onCall: 'On a call',
      wrapUp: 'Wrap-up',
      paused: 'Paused',
      offline: 'Offline',
    },
    answer: 'Answer',
    reject: 'Reject',
    quitQuestion: 'Quit CallSync?',
    quitInCall: 'A call is on: it will be cut off.',
    quitUnsent: (count) => `Not sent yet: ${count}. It stays on this computer and goes to the server at the next start.`,
    quitUnkept: 'Some of what you typed is only in the window: the disk did not take it. Quitting loses it.',
    stay: 'Stay',
    quitAnyway: 'Quit',
    whichHeadset: 'Which headset should be connected?',
    noHeadset: 'None',
  },
}

export const wordsOf = (state: DeskState | null): Words => words[state?.language ?? 'ru']
