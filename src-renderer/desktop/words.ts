import type { ServerCheck, ShortcutAction, ShortcutState } from '../../src-preload/contract/index.ts'
import { defineWords, plural } from '../app/i18n.ts'
import type { DialObstacle } from './dial-queue.ts'
import type { PhonePress } from './phone-press.ts'

type Said = { readonly title: string; readonly hint: string }
type Result<R extends ServerCheck['result']> = Extract<ServerCheck, { result: R }>

interface DesktopWords {
  systemMicrophone: string
  pressFailed: string
  dial: {
    title: (number: string) => string
    from: Record<'link' | 'clipboard', string>
    call: string
    dismiss: string
    more: (n: number) => string
    obstacle: Record<NonNullable<DialObstacle>, string>
  }
  server: {
    title: string
    intro: string
    address: string
    addressHint: string
    check: string
    checking: string
    connect: string
    opening: string
    ok: (version: string) => Said
    invalid: Said
    unreachable: (found: Result<'unreachable'>) => Said
    notCallSync: Said
    otherVersion: (found: Result<'otherVersion'>) => Said
    busy: Said
    managed: (found: Result<'managed'>) => Said
    offered: (address: string) => Said
    certificate: (found: Result<'certificate'>) => Said
    fingerprint: string
    failed: Said
    claim: string
    claimNote: string
  }
  settings: {
    program: string
    programNote: string
    launchAtLogin: string
    closeToTray: string
    closeToTrayHint: string
    showIsland: string
    showIslandHint: string
    notSaved: string
    shortcuts: string
    shortcutsNote: string
    actions: Record<ShortcutAction, string>
    none: string
    set: string
    record: string
    clear: string
    needsModifier: string
    usedBy: (action: string) => string
    state: Record<ShortcutState['state'], string>
    pressToProve: string
    headset: string
    headsetNote: string
    headsetNone: string
    headsetConnected: (name: string) => string
    headsetBlocked: (name: string) => string
    headsetConnect: string
    headsetOther: string
    headsetNotChosen: string
    headsetUnsupported: string
    press: Record<PhonePress, string>
    lastPress: (press: string) => string
    server: string
    serverNow: string
    serverChange: string
    serverDrafts: (n: number) => string
    serverNoDrafts: string
    cancel: string
    updates: string
    version: (version: string) => string
    upToDate: string
    downloading: (version: string, percent: number) => string
    ready: (version: string) => string
    restart: string
    notInCall: string
    failed: (reason: string) => string
    weakSecrets: Said
    noSecrets: Said
  }
  storage: { title: string; hint: (count: number) => string }
}

export const words = defineWords<DesktopWords>({
  ru: {
    systemMicrophone: 'Как в системе',
    pressFailed: 'Не получилось',
    dial: {
      title: (number) => `Позвонить ${number}?`,
      from: { link: 'Номер из ссылки', clipboard: 'Номер из буфера обмена' },
      call: 'Позвонить',
      dismiss: 'Не звонить',
      more: (n) => `Ещё ${n} ${plural('ru', n, ['номер', 'номера', 'номеров'])} после этого`,
      obstacle: {
        noPhone: 'У вас нет внутреннего номера. Его назначает администратор.',
        notRegistered: 'Телефон ещё не подключён к АТС. Номер подождёт здесь.',
        linesBusy: 'Обе линии заняты. Номер подождёт, пока одна освободится.',
      },
    },
    server: {
      title: 'Адрес сервера',
      intro: 'Его знает администратор. Обычно это имя в вашей сети, например callsync.company.ru.',
      address: 'Адрес сервера CallSync',
      addressHint: 'callsync.company.ru',
      check: 'Проверить',
      checking: 'Проверяем…',
      connect: 'Подключиться',
      opening: 'Открываем рабочее место…',
      ok: (version) => ({ title: 'Сервер найден', hint: `CallSync Central ${version}. Можно подключаться.` }),
      invalid: {
        title: 'Это не похоже на адрес',
        hint: 'Введите имя или адрес, например callsync.company.ru или https://10.0.0.5:7420.',
      },
      unreachable: ({ detail }) => ({
        title: 'Сервер не отвечает',
        hint: `Проверьте адрес и сеть. Если вы не в офисе, включите VPN.${detail === '' ? '' : ` Подробности для администратора: ${detail}`}`,
      }),
      notCallSync: {
        title: 'По этому адресу отвечает другая программа',
        hint: 'Там есть сервер, но не CallSync Central. Проверьте адрес и порт у администратора.',
      },
      otherVersion: ({ server, client }) =>
        server > client
          ? {
              title: 'Сервер новее этой программы',
              hint: `Обновите программу на этом компьютере (протокол: сервер ${server}, программа ${client}).`,
            }
          : {
              title: 'Сервер старше этой программы',
              hint: `Попросите администратора обновить сервер (протокол: сервер ${server}, программа ${client}).`,
            },
      busy: {
        title: 'Сейчас сервер сменить нельзя',
        hint: 'Идёт звонок, или введённый текст ещё нигде не сохранён. Закончите и попробуйте снова.',
      },
      managed: ({ address }) => ({
        title: 'Адрес задан вашей компанией',
        hint: `Программа настроена на ${address}. Изменить это может только администратор.`,
      }),
      offered: (address) => ({
        title: 'Ссылка предлагает другой сервер',
        hint: `${address}. Соглашайтесь, только если ссылку прислал ваш администратор: этому серверу вы доверите пароль и звонки.`,
      }),
      certificate: ({ detail }) => ({
        title: 'Сертификат сервера не вызывает доверия',
        hint: `Подключение остановлено: так выглядит и самоподписанный сертификат, и чужой сервер вместо вашего. Решает администратор: установить сертификат, которому доверяет этот компьютер, или внести отпечаток в файл политики программы. Сами вы разрешить это не можете. (${detail})`,
      }),
      fingerprint: 'Отпечаток SHA-256 для сверки',
      failed: { title: 'Проверить не получилось', hint: 'Перезапустите программу. Если повторится — сообщите администратору.' },
      claim: 'Ещё один шаг\u00a0— и\u00a0можно работать.',
      claimNote: 'Программа подключится к серверу вашей компании и запомнит его.',
    },
    settings: {
      program: 'Программа на этом компьютере',
      programNote: 'Действует для всех, кто работает на этом компьютере под вашей учётной записью.',
      launchAtLogin: 'Запускать при входе в систему',
      closeToTray: 'Закрытое окно остаётся в области уведомлений',
      closeToTrayHint: 'Звонки приходят и при закрытом окне. Выход — через меню значка.',
      showIsland: 'Показывать окно звонка поверх других',
      showIslandHint: 'Появляется, когда рабочее место не видно, а звонок идёт.',
      notSaved: 'Настройка не сохранилась',
      shortcuts: 'Клавиши в любой программе',
      shortcutsNote: 'Работают, даже когда окно скрыто. Сначала все выключены. Клавиши плеера остаются плееру.',
      actions: {
        answer: 'Ответить',
        hangUp: 'Завершить или отклонить',
        toggleHold: 'Удержать и вернуться',
        toggleMute: 'Микрофон',
        dialSelection: 'Позвонить по скопированному номеру',
      },
      none: 'Выключено',
      set: 'Задать',
      record: 'Нажмите клавиши…',
      clear: 'Выключить',
      needsModifier: 'Добавьте Ctrl, Alt или возьмите клавишу F1–F24: иначе сочетание помешает печатать.',
      usedBy: (action) => `Уже занято: «${action}»`,
      state: {
        works: 'Работает',
        unproven: 'Не проверено',
        taken: 'Занято другой программой',
        invalid: 'Такое сочетание невозможно',
      },
      pressToProve: 'Нажмите для проверки',
      headset: 'Кнопки гарнитуры',
      headsetNote: 'Ответ, отбой и микрофон кнопками гарнитуры; её лампы показывают то же, что экран.',
      headsetNone: 'Не подключена',
      headsetConnected: (name) => `${name} подключена`,
      headsetBlocked: (name) => `${name} занята другой программой. Закройте её и подключите гарнитуру заново.`,
      headsetConnect: 'Подключить гарнитуру',
      headsetOther: 'Другая гарнитура',
      headsetNotChosen: 'Гарнитура не выбрана или у неё нет кнопок телефона.',
      headsetUnsupported: 'Этот браузер не умеет работать с кнопками гарнитуры. Chrome, Edge и программа умеют.',
      press: {
        answer: 'ответ',
        reject: 'отклонение',
        hangUp: 'отбой',
        toggleHold: 'удержание',
        toggleMute: 'микрофон',
      },
      lastPress: (press) => `Последнее нажатие: ${press}`,
      server: 'Сервер',
      serverNow: 'Сейчас',
      serverChange: 'Сменить сервер',
      serverDrafts: (n) =>
        `${n} ${plural('ru', n, ['карточка не отправлена', 'карточки не отправлены', 'карточек не отправлено'])}. ${plural('ru', n, ['Она останется', 'Они останутся', 'Они останутся'])} на этом компьютере и ${plural('ru', n, ['уйдёт', 'уйдут', 'уйдут'])}, только когда вы вернётесь на прежний сервер.`,
      serverNoDrafts: 'Всё отправлено: ничего не потеряется.',
      cancel: 'Отмена',
      updates: 'Обновления',
      version: (version) => `Версия ${version}`,
      upToDate: 'Обновлений нет',
      downloading: (version, percent) => `Загружается версия ${version}: ${Math.round(percent)} %`,
      ready: (version) => `Обновление ${version} готово`,
      restart: 'Перезапустить и обновить',
      notInCall: 'После звонка, и когда всё введённое сохранено: до того программа не перезапускается.',
      failed: (reason) => `Обновиться не получилось: ${reason}`,
      weakSecrets: {
        title: 'Хранилище паролей системы ненадёжно',
        hint: 'Поэтому вход не запоминается: после перезапуска придётся войти снова. Поможет GNOME Keyring или KWallet; это делает администратор.',
      },
      noSecrets: {
        title: 'Хранилище паролей системы недоступно',
        hint: 'Поэтому вход не запоминается: после перезапуска придётся войти снова.',
      },
    },
    storage: {
      title: 'Часть сохранённого текста не читается',
      hint: (count) =>
        `Записей: ${count}. Эта версия программы их не понимает; они отложены на этом компьютере целыми. Обновите программу или покажите это администратору.`,
    },
  },
  en: {
    systemMicrophone: 'System default',
    pressFailed: 'That did not work',
    dial: {
      title: (number) => `Call ${number}?`,
      from: { link: 'Number from a link', clipboard: 'Number from the clipboard' },
      call: 'Call',
      dismiss: 'Do not call',
      more: (n) => `${n} more ${plural('en', n, ['number', 'numbers'])} after this`,
      obstacle: {
        noPhone: 'You have no extension. An administrator assigns it.',
        notRegistered: 'The phone is not connected to the PBX yet. The number waits here.',
        linesBusy: 'Both lines are busy. The number waits until one is free.',
      },
    },
    server: {
      title: 'Server address',
      intro: 'The administrator knows it. Usually a name in your network, like callsync.company.com.',
      address: 'Address of the CallSync server',
      addressHint: 'callsync.company.com',
      check: 'Check',
      checking: 'Checking…',
      connect: 'Connect',
      opening: 'Opening the workplace…',
      ok: (version) => ({ title: 'Server found', hint: `CallSync Central ${version}. Ready to connect.` }),
      invalid: {
        title: 'This is not an address',
        hint: 'Enter a name or an address, like callsync.company.com or https://10.0.0.5:7420.',
      },
      unreachable: ({ detail }) => ({
        title: 'The server does not answer',
        hint: `Check the address and the network. Outside the office, turn the VPN on.${detail === '' ? '' : ` For the administrator: ${detail}`}`,
      }),
      notCallSync: {
        title: 'Another program answers at this address',
        hint: 'There is a server, but it is not CallSync Central. Ask the administrator for the address and port.',
      },
      otherVersion: ({ server, client }) =>
        server > client
          ? {
              title: 'The server is newer than this app',
              hint: `Update the app on this computer (protocol: server ${server}, app ${client}).`,
            }
          : {
              title: 'The server is older than this app',
              hint: `Ask the administrator to update the server (protocol: server ${server}, app ${client}).`,
            },
      busy: {
        title: 'The server cannot be changed now',
        hint: 'A call is on, or what you typed is not kept anywhere yet. Finish it, then try again.',
      },
      managed: ({ address }) => ({
        title: 'Your company sets the address',
        hint: `The app is set to ${address}. Only an administrator can change it.`,
      }),
      offered: (address) => ({
        title: 'A link proposes another server',
        hint: `${address}. Accept only if your administrator sent the link: you will trust that server with your password and calls.`,
      }),
      certificate: ({ detail }) => ({
        title: 'The certificate of the server is not trusted',
        hint: `Nothing was connected: a self-signed certificate looks like this, and so does a stranger in place of your server. An administrator decides: install a certificate this computer trusts, or put its fingerprint into the policy file of the app. You cannot allow it yourself. (${detail})`,
      }),
      fingerprint: 'SHA-256 fingerprint to compare',
      failed: { title: 'It could not be checked', hint: 'Restart the app. If it happens again, tell the administrator.' },
      claim: 'One more step and you can start.',
      claimNote: "The app connects to your company's server and remembers it.",
    },
    settings: {
      program: 'The app on this computer',
      programNote: 'For everybody who works on this computer under your account.',
      launchAtLogin: 'Start at log-in',
      closeToTray: 'A closed window stays in the notification area',
      closeToTrayHint: 'Calls arrive with the window closed too. Quit from the menu of the icon.',
      showIsland: 'Show the call window above others',
      showIslandHint: 'It appears when the workplace is out of sight and a call is on.',
      notSaved: 'The setting was not saved',
      shortcuts: 'Keys in any program',
      shortcutsNote: 'They work with the window hidden too. All are off at first. Media keys stay with your player.',
      actions: {
        answer: 'Answer',
        hangUp: 'Hang up or reject',
        toggleHold: 'Hold and resume',
        toggleMute: 'Microphone',
        dialSelection: 'Call the copied number',
      },
      none: 'Off',
      set: 'Set',
      record: 'Press the keys…',
      clear: 'Turn off',
      needsModifier: 'Add Ctrl or Alt, or take a key F1–F24: otherwise it gets in the way of typing.',
      usedBy: (action) => `Already used: ${action}`,
      state: { works: 'Works', unproven: 'Not proven', taken: 'Taken by another program', invalid: 'Not possible' },
      pressToProve: 'Press it to prove it',
      headset: 'Headset buttons',
      headsetNote: 'Answer, hang up and mute with the buttons of the headset; its lamps show what the screen shows.',
      headsetNone: 'Not connected',
      headsetConnected: (name) => `${name} connected`,
      headsetBlocked: (name) => `${name} is used by another program. Close it and plug the headset in again.`,
      headsetConnect: 'Connect a headset',
      headsetOther: 'Another headset',
      headsetNotChosen: 'No headset was chosen, or it has no phone buttons.',
      headsetUnsupported: 'This browser cannot read headset buttons. Chrome, Edge and the app can.',
      press: { answer: 'answer', reject: 'reject', hangUp: 'hang up', toggleHold: 'hold', toggleMute: 'mute' },
      lastPress: (press) => `Last press: ${press}`,
      server: 'Server',
      serverNow: 'Now',
      serverChange: 'Change the server',
      serverDrafts: (n) =>
        `${n} ${plural('en', n, ['card is', 'cards are'])} not sent. ${plural('en', n, ['It stays', 'They stay'])} on this computer and ${plural('en', n, ['goes', 'go'])} out only when you return to the present server.`,
      serverNoDrafts: 'Everything has been sent: nothing will be lost.',
      cancel: 'Cancel',
      updates: 'Updates',
      version: (version) => `Version ${version}`,
      upToDate: 'No updates',
      downloading: (version, percent) => `Downloading version ${version}: ${Math.round(percent)}%`,
      ready: (version) => `Update ${version} is ready`,
      restart: 'Restart and update',
      notInCall: 'After the call, and once all you typed is kept: the app does not restart before.',
      failed: (reason) => `The update failed: ${reason}`,
      weakSecrets: {
        title: "The system's password store is not safe",
        hint: 'So your sign-in is not remembered: after a restart you sign in again. GNOME Keyring or KWallet helps; an administrator sets it up.',
      },
      noSecrets: {
        title: "The system's password store is not available",
        hint: 'So your sign-in is not remembered: after a restart you sign in again.',
      },
    },
    storage: {
      title: 'Some stored text cannot be read',
      hint: (count) =>
        `Records: ${count}. This version of the program does not understand them; they are set aside on this computer, whole. Update the program or show this to the administrator.`,
    },
  },
})
