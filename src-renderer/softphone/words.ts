import { defineWords } from '../app/i18n.ts'
import type { DialProblem } from './dial-number.ts'
import type { EndReason, Line, PhoneError, PhoneState } from './phone.ts'

interface PhoneWords {
  phone: string
  ready: string
  off: string
  offHint: string
  connecting: string
  connected: string
  offline: string
  offlineHint: string
  backingOff: (seconds: number) => string
  authFailed: string
  authFailedHint: string
  retry: string
  elsewhere: Record<NonNullable<PhoneState['elsewhere']>, string>
  elsewhereHint: Record<NonNullable<PhoneState['elsewhere']>, string>
  takeOver: string
  /** Null: the number is withheld. */
  givenUp: Record<'inbound' | 'outbound', (number: string | null) => string>
  givenUpHint: string
  /** As `givenUp`, by a page that crashed. */
  crashed: Record<'inbound' | 'outbound', (number: string | null) => string>
  crashedHint: Record<'inbound' | 'outbound', string>
  callAgain: string
  trouble: Record<NonNullable<Line['trouble']>, string>
  ringerBlocked: string
  incoming: string
  dialing: string
  ringingOut: string
  answering: string
  talking: string
  held: string
  onHoldShort: string
  secondCall: string
  unknownNumber: string
  answer: string
  holdAndAnswer: string
  reject: string
  rejectSecond: string
  hangUp: string
  cancel: string
  hold: string
  resume: string
  swap: string
  mute: string
  unmute: string
  muted: string
  transfer: string
  transferTo: string
  transferHint: string
  transferNote: string
  transferExtensionNote: (digits: string) => string
  askExtensionNote: (digits: string) => string
  askCodeNote: (digits: string) => string
  transferNow: string
  askFirst: string
  consulting: string
  complete: string
  backToCaller: string
  backToConference: string
  endAndAnswer: string
  merge: string
  mergeInto: string
  conferenceOf: (people: number) => string
  addTo: string
  addNote: string
  callAndAdd: string
  leave: string
  extension: (digits: string) => string
  sendExtension: (digits: string) => string
  found: string
  recent: string
  queueState: (free: number, waiting: number) => string
  dialHint: string
  dialTo: (name: string) => string
  dialProblems: Record<DialProblem, string>
  keypad: string
  dial: string
  call: string
  numberHint: string
  erase: string
  quality: Record<'good' | 'fair' | 'poor', string>
  /** The other side hears us so. */
  qualityTheirs: Record<'fair' | 'poor', string>
  /** Beside the sign in the bar. */
  qualityShort: Record<'good' | 'fair' | 'poor', string>
  qualityFigures: (figures: {
    mos: string
    lossPercent: string
    lossSentPercent: string | null
    jitterMs: number
    roundTripMs: number | null
  }) => string
  heardLevel: string
  ended: Record<EndReason, string>
  errors: Record<Exclude<PhoneError['code'], 'microphoneDenied'>, string>
}

export const words = defineWords<PhoneWords>({
  ru: {
    phone: 'Телефон',
    ready: 'Телефон готов',
    off: 'Телефон не подключён',
    offHint: 'Внутренний номер и пароль SIP назначает администратор.',
    connecting: 'Подключение к АТС…',
    connected: 'Регистрация на АТС…',
    offline: 'Нет сети',
    offlineHint: 'Телефон подключится сам, когда сеть появится.',
    backingOff: (seconds) => (seconds > 0 ? `Нет связи с АТС, повтор через ${seconds} с` : 'Нет связи с АТС, повтор…'),
    authFailed: 'АТС не приняла номер или пароль',
    authFailedHint: 'Попросите администратора проверить внутренний номер и пароль SIP, затем повторите.',
    retry: 'Повторить',
    elsewhere: { page: 'Телефон открыт в другом окне', computer: 'Ваш телефон подключился в другом месте' },
    elsewhereHint: {
      page: 'Звонки приходят туда. Внутренний номер работает только в одном окне.',
      computer: 'Сюда звонки не приходят. Внутренний номер работает только в одном месте.',
    },
    takeOver: 'Взять телефон сюда',
    givenUp: {
      inbound: (number) => `Звонок ${number === null ? 'со скрытого номера' : `с ${number}`} отклонён обновлением страницы`,
      outbound: (number) => `Звонок на ${number ?? 'скрытый номер'} прерван обновлением страницы`,
    },
    givenUpHint: 'Если он из очереди, она предложит его снова.',
    crashed: {
      inbound: (number) => `Страница закрылась от сбоя, когда звонили ${number === null ? 'со скрытого номера' : `с ${number}`}`,
      outbound: (number) => `Страница закрылась от сбоя при вызове ${number ?? 'скрытого номера'}`,
    },
    crashedHint: {
      inbound: 'Если звонок из очереди, она скоро предложит его снова.',
      outbound: 'Там ещё может звонить.',
    },
    callAgain: 'Позвонить снова',
    trouble: {
      signal: 'Связь прервалась, разговор сохраняется…',
      sound: 'Звук прервался, восстанавливаем разговор…',
      ownHold: 'Собеседник пока на удержании, возвращаем…',
    },
    ringerBlocked: 'Щёлкните в любом месте, чтобы включить звук звонка',
    incoming: 'Входящий звонок',
    dialing: 'Набор номера',
    ringingOut: 'Вызов',
    answering: 'Соединение',
    talking: 'Разговор',
    held: 'Удержание',
    onHoldShort: 'на удержании',
    secondCall: 'Второй звонок',
    unknownNumber: 'Номер скрыт',
    answer: 'Ответить',
    holdAndAnswer: 'Удержать и ответить',
    reject: 'Отклонить',
    rejectSecond: 'Отклонить второй звонок',
    hangUp: 'Завершить',
    cancel: 'Отменить вызов',
    hold: 'Удержать',
    resume: 'Вернуться',
    swap: 'Переключиться',
    mute: 'Выключить микрофон',
    unmute: 'Включить микрофон',
    muted: 'Микрофон выключен',
    transfer: 'Перевести',
    transferTo: 'Кому перевести',
    transferHint: 'Имя, очередь или номер',
    transferNote: 'Сразу — разговор уйдёт без вас. С консультацией — клиент подождёт на удержании.',
    transferNow: 'Перевести сразу',
    askFirst: 'Сначала спросить',
    consulting: 'Консультация',
    complete: 'Соединить',
    backToCaller: 'Вернуться к клиенту',
    backToConference: 'Вернуться в конференцию',
    endAndAnswer: 'Завершить и ответить',
    merge: 'Объединить в конференцию',
    mergeInto: 'Добавить в конференцию',
    conferenceOf: (people) => `Конференция · ${people}`,
    addTo: 'Кого добавить',
    transferExtensionNote: (digits) =>
      `Сразу — доб. ${digits} наберётся сам, когда там ответят. С консультацией — нажмите после ответа «Набрать доб. ${digits}».`,
    askExtensionNote: (digits) =>
      `Сервер не видит этот звонок, поэтому доб. ${digits} при переводе сразу не набрать. Сначала спросите: после ответа нажмите «Набрать доб. ${digits}».`,
    askCodeNote: (digits) =>
      `Это код АТС: доб. ${digits} за ним при переводе сразу не набрать. Сначала спросите: после ответа нажмите «Набрать доб. ${digits}».`,
    addNote: 'Сначала поговорите с ним, затем нажмите «Добавить в конференцию».',
    callAndAdd: 'Позвонить',
    leave: 'Выйти из конференции',
    extension: (digits) => `доб. ${digits}`,
    sendExtension: (digits) => `Набрать доб. ${digits}`,
    found: 'Найдено',
    recent: 'недавний',
    queueState: (free, waiting) => `свободно ${free}${waiting > 0 ? `, ждут ${waiting}` : ''}`,
    dialHint: 'Имя или номер',
    dialTo: (name) => `Позвонить: ${name}`,
    dialProblems: {
      empty: 'Введите номер или имя.',
      noNumber: 'Никого не нашли, и номера в этом тексте нет.',
      letters: 'По SIP-адресу с именем позвонить нельзя: нужен номер.',
      incomplete: 'Номер неполный или в нём лишняя цифра.',
      tooLong: 'Таких длинных номеров не бывает.',
      tooMuchText: 'Это целый текст. Вставьте только номер.',
    },
    keypad: 'Тоновый набор',
    dial: 'Позвонить',
    call: 'Набрать',
    numberHint: 'Номер, имя коллеги или клиента, очередь',
    erase: 'Стереть цифру',
    quality: { good: 'Связь хорошая', fair: 'Связь неровная', poor: 'Связь плохая' },
    qualityTheirs: { fair: 'Вас слышно неровно', poor: 'Вас плохо слышно' },
    qualityShort: { good: 'Хорошо', fair: 'Неровно', poor: 'Плохо' },
    qualityFigures: ({ mos, lossPercent, lossSentPercent, jitterMs, roundTripMs }) =>
      [
        `оценка MOS ${mos}`,
        `потери ${lossPercent} %`,
        lossSentPercent !== null && `у собеседника ${lossSentPercent} %`,
        `дрожание ${jitterMs} мс`,
        roundTripMs !== null && `туда и обратно ${roundTripMs} мс`,
      ]
        .filter(Boolean)
        .join(', '),
    heardLevel: 'Уровень собеседника',
    ended: {
      hungUp: 'Разговор завершён',
      remoteHungUp: 'Собеседник завершил разговор',
      rejected: 'Отклонён',
      answeredElsewhere: 'Ответил другой оператор',
      missed: 'Пропущен',
      busy: 'Занято',
      noAnswer: 'Не отвечает',
      notFound: 'Номер не найден',
      mediaFailed: 'Не удалось передать звук',
      endedWhileAway: 'Завершён, пока не было связи',
      failed: 'Звонок не состоялся',
      transferred: 'Переведён',
      movedToConference: 'Теперь в конференции',
      leftToAnnouncement: 'Слушает сообщение до конца',
    },
    errors: {
      notConnected: 'Нет связи с АТС. Телефон подключается сам, попробуйте через несколько секунд.',
      wrongPhase: 'Сейчас это невозможно: звонок уже в другом состоянии.',
      microphoneMissing: 'Микрофон не найден. Подключите гарнитуру и попробуйте ещё раз.',
      refused: 'АТС не выполнила команду. Разговор остался как был.',
      timedOut: 'АТС не ответила вовремя. Разговор остался как был.',
    },
  },
  en: {
    phone: 'Phone',
    ready: 'Phone ready',
    off: 'Phone not connected',
    offHint: 'An administrator assigns the extension and its SIP password.',
    connecting: 'Connecting to the PBX…',
    connected: 'Registering with the PBX…',
    offline: 'No network',
    offlineHint: 'The phone connects by itself when the network is back.',
    backingOff: (seconds) => (seconds > 0 ? `No link to the PBX, next try in ${seconds} s` : 'No link to the PBX, trying…'),
    authFailed: 'The PBX refused the extension or password',
    authFailedHint: 'Ask an administrator to check the extension and its SIP password, then try again.',
    retry: 'Try again',
    elsewhere: { page: 'The phone is open in another window', computer: 'Your phone is registered elsewhere now' },
    elsewhereHint: {
      page: 'Calls arrive there. An extension works in one window only.',
      computer: 'Calls do not arrive here. An extension works in one place only.',
    },
    takeOver: 'Take the phone here',
    givenUp: {
      inbound: (number) => `The call from ${number ?? 'a withheld number'} was declined by the page reload`,
      outbound: (number) => `The call to ${number ?? 'a withheld number'} was cut off by the page reload`,
    },
    givenUpHint: 'If it came from a queue, the queue offers it again.',
    crashed: {
      inbound: (number) => `The page crashed while ${number ?? 'a withheld number'} was calling`,
      outbound: (number) => `The page crashed while it called ${number ?? 'a withheld number'}`,
    },
    crashedHint: {
      inbound: 'If the call came from a queue, the queue will soon offer it again.',
      outbound: 'It may still ring there.',
    },
    callAgain: 'Call again',
    trouble: {
      signal: 'The link was lost, the call is kept…',
      sound: 'The sound was lost, bringing the call back…',
      ownHold: 'The other side is still on hold, bringing them back…',
    },
    ringerBlocked: 'Click anywhere to switch the ringer on',
    incoming: 'Incoming call',
    dialing: 'Dialling',
    ringingOut: 'Calling',
    answering: 'Connecting',
    talking: 'On call',
    held: 'On hold',
    onHoldShort: 'on hold',
    secondCall: 'Second call',
    unknownNumber: 'Number withheld',
    answer: 'Answer',
    holdAndAnswer: 'Hold and answer',
    reject: 'Reject',
    rejectSecond: 'Reject the second call',
    hangUp: 'Hang up',
    cancel: 'Cancel call',
    hold: 'Hold',
    resume: 'Resume',
    swap: 'Swap',
    mute: 'Mute',
    unmute: 'Unmute',
    muted: 'Muted',
    transfer: 'Transfer',
    transferTo: 'Transfer to',
    transferHint: 'Name, queue or number',
    transferNote: 'Now: the call leaves without you. Ask first: the customer waits on hold.',
    transferNow: 'Transfer now',
    askFirst: 'Ask first',
    consulting: 'Consulting',
    complete: 'Connect them',
    backToCaller: 'Back to the customer',
    backToConference: 'Back to the conference',
    endAndAnswer: 'End and answer',
    merge: 'Merge into a conference',
    mergeInto: 'Add to the conference',
    conferenceOf: (people) => `Conference · ${people}`,
    addTo: 'Whom to add',
    transferExtensionNote: (digits) =>
      `Transferred now, ext. ${digits} is dialled by itself once they answer. Ask first, and you press “Dial ext. ${digits}” then.`,
    askExtensionNote: (digits) =>
      `The server does not see this call, so ext. ${digits} cannot be dialled after a transfer. Ask first: once answered, press “Dial ext. ${digits}”.`,
    askCodeNote: (digits) =>
      `This is a code of the PBX: ext. ${digits} cannot be dialled behind it after a transfer. Ask first: once answered, press “Dial ext. ${digits}”.`,
    addNote: 'Talk to them first, then press “Add to the conference”.',
    callAndAdd: 'Call',
    leave: 'Leave the conference',
    extension: (digits) => `ext. ${digits}`,
    sendExtension: (digits) => `Dial ext. ${digits}`,
    found: 'Found',
    recent: 'recent',
    queueState: (free, waiting) => `${free} free${waiting > 0 ? `, ${waiting} waiting` : ''}`,
    dialHint: 'Name or number',
    dialTo: (name) => `Call ${name}`,
    dialProblems: {
      empty: 'Type a number or a name.',
      noNumber: 'Nobody found, and there is no number in this text.',
      letters: 'A SIP address by name cannot be called: a number is needed.',
      incomplete: 'The number is incomplete, or has a digit too many.',
      tooLong: 'No number is that long.',
      tooMuchText: 'This is a whole text. Paste the number only.',
    },
    keypad: 'Keypad',
    dial: 'Call',
    call: 'Dial',
    numberHint: 'Number, colleague’s or customer’s name, queue',
    erase: 'Erase digit',
    quality: { good: 'Good connection', fair: 'Uneven connection', poor: 'Poor connection' },
    qualityTheirs: { fair: 'You are heard unevenly', poor: 'You are heard badly' },
    qualityShort: { good: 'Good', fair: 'Uneven', poor: 'Poor' },
    qualityFigures: ({ mos, lossPercent, lossSentPercent, jitterMs, roundTripMs }) =>
      [
        `MOS estimate ${mos}`,
        `loss ${lossPercent}%`,
        lossSentPercent !== null && `at the other side ${lossSentPercent}%`,
        `jitter ${jitterMs} ms`,
        roundTripMs !== null && `round trip ${roundTripMs} ms`,
      ]
        .filter(Boolean)
        .join(', '),
    heardLevel: 'Level of the other side',
    ended: {
      hungUp: 'Call ended',
      remoteHungUp: 'The other side hung up',
      rejected: 'Rejected',
      answeredElsewhere: 'Another operator answered',
      missed: 'Missed',
      busy: 'Busy',
      noAnswer: 'No answer',
      notFound: 'Number not found',
      mediaFailed: 'Sound could not be sent',
      endedWhileAway: 'Ended while there was no link',
      failed: 'The call failed',
      transferred: 'Transferred',
      movedToConference: 'Now in the conference',
      leftToAnnouncement: 'Hears the announcement to its end',
    },
    errors: {
      notConnected: 'No link to the PBX. The phone reconnects by itself, try again in a few seconds.',
      wrongPhase: 'Not possible now: the call is in another state already.',
      microphoneMissing: 'No microphone found. Plug in a headset and try again.',
      refused: 'The PBX did not carry this out. The call stays as it was.',
      timedOut: 'The PBX did not answer in time. The call stays as it was.',
    },
  },
})
