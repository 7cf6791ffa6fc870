import type { PbxErrorCode } from './pbx/pbx-error.ts'

const withoutPbx = 'npm start -- --pbx=none'

/** What goes before the reason, which is told in English as Asterisk, apt and the system put it. */
const pbxProblems: Readonly<Record<PbxErrorCode, string>> = {
  notAvailable: `Демонстрационной Asterisk здесь не получить: нужен Debian или установленная Asterisk 18 и новее. Без неё: ${withoutPbx}`,
  mirrorUnreachable: `Asterisk не загрузить: зеркало Debian недоступно. Без неё: ${withoutPbx}, другое зеркало: CALLSYNC_PBX_MIRROR`,
  fetchFailed: `Asterisk не загрузилась. Без неё: ${withoutPbx}`,
  portTaken: 'Порт демонстрационной Asterisk занят другой программой',
  alreadyRunning: 'Демонстрационная Asterisk в этой папке уже работает: остановите первый запуск',
  badFolder: 'В папке демонстрационной Asterisk нельзя работать (другая папка: CALLSYNC_PBX_HOME)',
  badSetting: 'Неверная настройка демонстрационной Asterisk',
  startFailed: `Asterisk не запустилась. Без неё: ${withoutPbx}`,
}

const ru = {
  building: 'Собираю приложение…',
  buildFailed: 'Сборка не удалась, причина выше.',
  fetching: (stage: string) => `Загружаю Asterisk для демонстрации: ${stage}`,
  pbxReady: (address: string) => `Asterisk работает: ${address}`,
  pbxProblem: (code: PbxErrorCode, reason: string) => `${pbxProblems[code]}. (${reason})`,
  ownPbx: 'Используется ваша Asterisk (Настройки → Подключение).',
  noPbx: 'Без демонстрационной Asterisk. Подключите свою: Настройки → Подключение.',
  openedDesktop: (url: string) => `Открыто настольное приложение. В браузере: ${url}`,
  openedBrowser: (url: string) => `Открыто окно приложения. В браузере: ${url}`,
  windowClosed: (url: string, byEnter: boolean) =>
    `Окно закрыто, сервер работает. Открыть снова: ${byEnter ? 'Enter или ' : ''}${url}`,
  windowFailed: (url: string) => `Окно открыть не удалось. Откройте в браузере: ${url}`,
  openYourself: (url: string) => `Откройте в браузере: ${url}`,
  people: (password: string) => `Демонстрационные входы (пароль у всех ${password}):`,
  firstSignIn: (file: string) => `Первый вход администратора (почта и пароль): ${file}`,
  stopHint: 'Ctrl+C — остановить всё.',
  stopping: 'Останавливаю…',
  serverRestarted: (pid: number) => `Сервер запущен заново (процесс ${pid}).`,
  serverWaits: 'Сервер не запустился; жду исправления.',
  ended: (what: string) => `${what}: процесс неожиданно завершился.`,
  alreadyRuns: (url: string) =>
    `CallSync Central уже работает: ${url}. Откройте этот адрес или остановите первый запуск (второй рядом: CALLSYNC_PORT, CALLSYNC_DATA).`,
  noPagePort: (range: string) => `Все порты ${range} заняты. Другой первый порт: CALLSYNC_DEV_PORT.`,
  badOption: (text: string) => `Не понимаю: ${text}`,
  usage:
    'npm start -- [--pbx=demo|none] [--no-open]\n  --pbx=demo  загрузить и запустить демонстрационную Asterisk (по умолчанию, пока своя не подключена)\n  --pbx=none  без неё: подключите свою в настройках\n  --no-open   не открывать окно, только напечатать адрес',
}

const en: typeof ru = {
  building: 'Building the app…',
  buildFailed: 'The build failed, for the reason above.',
  fetching: (stage) => `Fetching Asterisk for the demo: ${stage}`,
  pbxReady: (address) => `Asterisk is up: ${address}`,
  pbxProblem: (_, reason) => reason,
  ownPbx: 'Using your own Asterisk (Settings → Connection).',
  noPbx: 'No demo Asterisk. Connect your own: Settings → Connection.',
  openedDesktop: (url) => `The desktop app is open. In a browser: ${url}`,
  openedBrowser: (url) => `The app window is open. In a browser: ${url}`,
  windowClosed: (url, byEnter) =>
    `The window is closed, the server runs on. To open it again: ${byEnter ? 'Enter, or ' : ''}${url}`,
  windowFailed: (url) => `The window could not be opened. Open in a browser: ${url}`,
  openYourself: (url) => `Open in a browser: ${url}`,
  people: (password) => `Demo sign-ins (password for all: ${password}):`,
  firstSignIn: (file) => `The administrator’s first sign-in (e-mail and password): ${file}`,
  stopHint: 'Ctrl+C stops everything.',
  stopping: 'Stopping…',
  serverRestarted: (pid) => `The server was started again (process ${pid}).`,
  serverWaits: 'The server did not start; waiting for a correction.',
  ended: (what) => `${what}: the process ended unexpectedly.`,
  alreadyRuns: (url) =>
    `CallSync Central already runs: ${url}. Open that address, or stop the first one (a second beside it: CALLSYNC_PORT, CALLSYNC_DATA).`,
  noPagePort: (range) => `The ports ${range} are all taken. CALLSYNC_DEV_PORT sets another first one.`,
  badOption: (text) => `Not understood: ${text}`,
  usage:
    'npm start -- [--pbx=demo|none] [--no-open]\n  --pbx=demo  fetch and run the demo Asterisk (the default until your own is connected)\n  --pbx=none  without it: connect your own in the settings\n  --no-open   open no window, only print the address',
}

/** What the launcher says, in the language of the terminal; Russian where it names none. */
export function launchWords(env: NodeJS.ProcessEnv): typeof ru {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || 'ru'
  return /^(ru|be|kk)/i.test(locale) ? ru : en
}

export const say = launchWords(process.env)
