/** What the launcher says, in the language of the terminal. */
const ru = {
  building: 'Собираю приложение…',
  buildFailed: 'Сборка не удалась, причина выше.',
  fetching: (stage: string) => `Загружаю Asterisk для демонстрации: ${stage}`,
  startingPbx: 'Запускаю Asterisk…',
  pbxReady: (address: string) => `Asterisk работает: ${address}`,
  ownPbx: 'Используется ваша Asterisk (настройки → Подключение).',
  noPbx: 'Без демонстрационной Asterisk. Подключите свою: Настройки → Подключение.',
  startingServer: 'Запускаю сервер…',
  openedDesktop: 'Открыто настольное приложение.',
  openedBrowser: 'Открыто окно приложения.',
  openYourself: (url: string) => `Откройте в браузере: ${url}`,
  people: (password: string) => `Демонстрационные входы (пароль у всех ${password}):`,
  stopHint: 'Ctrl+C — остановить всё.',
  stopping: 'Останавливаю…',
  ended: (what: string) => `${what} неожиданно завершился.`,
  alreadyRuns: (folder: string, url: string) =>
    `CallSync Central уже работает с папкой данных ${folder}. Откройте ${url} или остановите первый запуск (другая папка: CALLSYNC_DATA).`,
  badOption: (text: string) => `Не понимаю: ${text}`,
  usage:
    'npm start -- [--pbx=demo|none] [--no-open]\n  --pbx=demo  загрузить и запустить демонстрационную Asterisk (по умолчанию, пока своя не подключена)\n  --pbx=none  без неё: подключите свою в настройках\n  --no-open   не открывать окно, только напечатать адрес',
}

const en: typeof ru = {
  building: 'Building the app…',
  buildFailed: 'The build failed, for the reason above.',
  fetching: (stage) => `Fetching Asterisk for the demo: ${stage}`,
  startingPbx: 'Starting Asterisk…',
  pbxReady: (address) => `Asterisk is up: ${address}`,
  ownPbx: 'Using your own Asterisk (Settings → Connection).',
  noPbx: 'No demo Asterisk. Connect your own: Settings → Connection.',
  startingServer: 'Starting the server…',
  openedDesktop: 'The desktop app is open.',
  openedBrowser: 'The app window is open.',
  openYourself: (url) => `Open in a browser: ${url}`,
  people: (password) => `Demo sign-ins (password for all: ${password}):`,
  stopHint: 'Ctrl+C stops everything.',
  stopping: 'Stopping…',
  ended: (what) => `${what} ended unexpectedly.`,
  alreadyRuns: (folder, url) =>
    `CallSync Central already runs on the data folder ${folder}. Open ${url}, or stop the first one (another folder: CALLSYNC_DATA).`,
  badOption: (text) => `Not understood: ${text}`,
  usage:
    'npm start -- [--pbx=demo|none] [--no-open]\n  --pbx=demo  fetch and run the demo Asterisk (the default until your own is connected)\n  --pbx=none  without it: connect your own in the settings\n  --no-open   open no window, only print the address',
}

const locale = process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || ''
export const say = /^(en|C|POSIX)/i.test(locale) ? en : ru
