import type { DeskState } from '../../src-preload/contract/index.ts'
import type { StorageProblem } from '../drafts/storage-failure.ts'
import type { ConfigProblem } from '../server/config.ts'
import type { Language } from './language.ts'
import type { Leaving } from './leave-guard.ts'

type Status = NonNullable<DeskState['person']>['status']

/** The entries of the app's menu, by Electron's names. */
export type MenuRole =
  | 'about'
  | 'close'
  | 'copy'
  | 'cut'
  | 'front'
  | 'hide'
  | 'hideOthers'
  | 'minimize'
  | 'paste'
  | 'quit'
  | 'redo'
  | 'resetZoom'
  | 'selectAll'
  | 'services'
  | 'togglefullscreen'
  | 'undo'
  | 'unhide'
  | 'zoom'
  | 'zoomIn'
  | 'zoomOut'

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
  readonly leave: Readonly<Record<Leaving, { readonly message: string; readonly stay: string; readonly leave: string }>>
  readonly leaveCall: string
  readonly leaveUnsent: (count: number) => string
  readonly leaveUnkept: string
  /** Of a notification while the screen is locked: it names nobody. */
  readonly whileLocked: { readonly ringing: string; readonly other: string }
  readonly noNumber: { readonly title: string; readonly body: string }
  readonly startFailed: Readonly<Record<ConfigProblem, (setting: string) => string>> &
    Readonly<Record<StorageProblem, string>> & { readonly unknown: (detail: string) => string }
  readonly menu: {
    readonly program: string
    readonly edit: string
    readonly view: string
    readonly window: string
    readonly roles: Readonly<Record<MenuRole, string>>
  }
  readonly whichHeadset: string
  readonly noHeadset: string
}

/** What the app says outside its pages. */
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
    leave: {
      quit: { message: 'Выйти из CallSync?', stay: 'Остаться', leave: 'Выйти' },
      close: { message: 'Закрыть окно?', stay: 'Не закрывать', leave: 'Закрыть' },
      reload: { message: 'Загрузить окно заново?', stay: 'Не загружать', leave: 'Загрузить' },
    },
    leaveCall: 'Идёт звонок: он прервётся.',
    leaveUnsent: (count) =>
      `Не отправлено: ${count}. Данные останутся на этом компьютере и уйдут на сервер при следующем запуске.`,
    leaveUnkept: 'Часть введённого текста есть только в окне и нигде больше не сохранена: она пропадёт.',
    whileLocked: { ringing: 'Входящий звонок', other: 'Новое уведомление' },
    noNumber: { title: 'В ссылке нет номера', body: 'По этой ссылке некуда позвонить. Наберите номер вручную.' },
    startFailed: {
      address: (setting) => `${setting}: нужен адрес вида https://callsync.example.com`,
      invalid: (file) => `Файл настроек ${file} содержит ошибку. Исправьте его или удалите.`,
      unreadable: (file) => `Файл настроек ${file} не читается. Исправьте права на него или удалите.`,
      diskFull: 'На диске нет места. Освободите его и запустите программу снова: сохранённое раньше цело.',
      damaged: 'База черновиков повреждена. Запустите программу снова: база будет отложена.',
      readOnly: 'В папку данных программы нельзя записать. Проверьте права на неё.',
      newerVersion: 'Данные на этом компьютере записаны более новой версией программы. Установите её.',
      failed: 'База черновиков не открылась. Перезагрузите компьютер; если не поможет, обратитесь к администратору.',
      unknown: (detail) => `Программа не запустилась: ${detail}`,
    },
    menu: {
      program: 'Программа',
      edit: 'Правка',
      view: 'Вид',
      window: 'Окно',
      roles: {
        about: 'О программе CallSync',
        close: 'Закрыть окно',
        copy: 'Копировать',
        cut: 'Вырезать',
        front: 'Все окна на передний план',
        hide: 'Скрыть CallSync',
        hideOthers: 'Скрыть остальные',
        minimize: 'Свернуть',
        paste: 'Вставить',
        quit: 'Выйти из программы',
        redo: 'Повторить',
        resetZoom: 'Обычный размер',
        selectAll: 'Выделить всё',
        services: 'Службы',
        togglefullscreen: 'Во весь экран',
        undo: 'Отменить',
        unhide: 'Показать все',
        zoom: 'Изменить масштаб окна',
        zoomIn: 'Крупнее',
        zoomOut: 'Мельче',
      },
    },
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
    leave: {
      quit: { message: 'Quit CallSync?', stay: 'Stay', leave: 'Quit' },
      close: { message: 'Close the window?', stay: 'Keep it open', leave: 'Close' },
      reload: { message: 'Load the window anew?', stay: 'Leave it', leave: 'Load anew' },
    },
    leaveCall: 'A call is on: it will be cut off.',
    leaveUnsent: (count) => `Not sent yet: ${count}. It stays on this computer and goes to the server at the next start.`,
    leaveUnkept: 'Some of what you typed is only in the window and kept nowhere else: it will be lost.',
    whileLocked: { ringing: 'Incoming call', other: 'New notification' },
    noNumber: { title: 'The link has no number', body: 'There is nowhere to call by this link. Dial the number by hand.' },
    startFailed: {
      address: (setting) => `${setting} has to be an address such as https://callsync.example.com`,
      invalid: (file) => `${file} is not a valid configuration. Correct it or remove it.`,
      unreadable: (file) => `${file} cannot be read. Correct its permissions or remove it.`,
      diskFull: 'The disk is full. Free some space and start the program again: what was saved before is safe.',
      damaged: 'The database of drafts is damaged. Start the program again: it will be set aside.',
      readOnly: 'The data folder of the program cannot be written to. Check its permissions.',
      newerVersion: 'The data on this computer was written by a newer version of the program. Install that version.',
      failed: 'The database of drafts could not be opened. Restart the computer; if that does not help, ask your administrator.',
      unknown: (detail) => `The program could not start: ${detail}`,
    },
    menu: {
      program: 'Program',
      edit: 'Edit',
      view: 'View',
      window: 'Window',
      roles: {
        about: 'About CallSync',
        close: 'Close Window',
        copy: 'Copy',
        cut: 'Cut',
        front: 'Bring All to Front',
        hide: 'Hide CallSync',
        hideOthers: 'Hide Others',
        minimize: 'Minimize',
        paste: 'Paste',
        quit: 'Quit',
        redo: 'Redo',
        resetZoom: 'Actual Size',
        selectAll: 'Select All',
        services: 'Services',
        togglefullscreen: 'Full Screen',
        undo: 'Undo',
        unhide: 'Show All',
        zoom: 'Zoom',
        zoomIn: 'Zoom In',
        zoomOut: 'Zoom Out',
      },
    },
    whichHeadset: 'Which headset should be connected?',
    noHeadset: 'None',
  },
}

export const wordsIn = (language: Language): Words => words[language]
