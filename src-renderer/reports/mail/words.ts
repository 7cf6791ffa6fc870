import type { ReportMailing, ReportSchedule } from '../../../server/contract/index.ts'
import { defineWords } from '../../app/i18n.ts'

interface ScheduleWords {
  open: string
  title: string
  note: string
  cannotSend: string
  empty: string
  emptyHint: string
  add: string
  edit: string
  remove: string
  save: string
  cancel: string
  every: string
  everies: Record<ReportSchedule['every'], string>
  onDay: string
  weekdaysOn: readonly string[]
  dayOfMonth: string
  time: string
  timeOf: (zone: string) => string
  wrongTime: string
  recipients: string
  recipientsHint: string
  wrongRecipients: string
  format: string
  formats: Record<ReportSchedule['format'], string>
  language: string
  languages: Record<'ru' | 'en', string>
  active: string
  resting: string
  next: (time: string) => string
  when: (schedule: ReportSchedule, time: string) => string
  states: Record<ReportMailing['state'], string>
  sentAt: (time: string) => string
  retryAt: (time: string, attempts: number) => string
  retry: string
  notTaken: (addresses: string) => string
  removed: string
  bringBack: string
  bringBackFailed: string
  removeFailed: string
  retryFailed: string
  saved: string
  sent: string
}

const weekdaysOn = {
  ru: ['по понедельникам', 'по вторникам', 'по средам', 'по четвергам', 'по пятницам', 'по субботам', 'по воскресеньям'],
  en: ['on Mondays', 'on Tuesdays', 'on Wednesdays', 'on Thursdays', 'on Fridays', 'on Saturdays', 'on Sundays'],
} as const

export const scheduleWords = defineWords<ScheduleWords>({
  ru: {
    open: 'По почте',
    title: 'Отчёты по почте',
    note: 'Отчёт уходит за последние целые сутки, неделю или месяц. Группировка, фильтры и столбцы — как на экране, когда вы добавляете расписание.',
    cannotSend: 'Почтовый сервер не настроен: письма подождут. Настройки → Почта.',
    empty: 'Расписаний пока нет',
    emptyHint: 'Добавьте первое: открытый отчёт будет приходить сам.',
    add: 'Добавить открытый отчёт',
    edit: 'Изменить',
    remove: 'Удалить',
    save: 'Сохранить',
    cancel: 'Отмена',
    every: 'Как часто',
    everies: { day: 'Каждый день', week: 'Каждую неделю', month: 'Каждый месяц' },
    onDay: 'День недели',
    weekdaysOn: weekdaysOn.ru,
    dayOfMonth: 'Число месяца',
    time: 'Время',
    timeOf: (zone) => `По часам площадки (${zone})`,
    wrongTime: 'Время вида 08:00',
    recipients: 'Кому',
    recipientsHint: 'Адреса через запятую',
    wrongRecipients: 'Адреса вида name@company.ru через запятую',
    format: 'Файл',
    formats: { xlsx: 'Книга Excel (XLSX)', pdf: 'Документ PDF' },
    language: 'Язык письма',
    languages: { ru: 'Русский', en: 'Английский' },
    active: 'Отправлять',
    resting: 'Не отправляется',
    next: (time) => `следующий — ${time}`,
    when: ({ every, weekday, dayOfMonth }, time) =>
      every === 'day'
        ? `каждый день в ${time}`
        : every === 'week'
          ? `${weekdaysOn.ru[weekday - 1] ?? ''} в ${time}`
          : `каждое ${dayOfMonth}-е число в ${time}`,
    states: { waiting: 'Ждёт', sending: 'Отправляется', sent: 'Отправлен', failed: 'Не отправлен', dropped: 'Отменён' },
    sentAt: (time) => `отправлен ${time}`,
    retryAt: (time, attempts) => `попыток: ${attempts}, следующая ${time}`,
    retry: 'Отправить сейчас',
    notTaken: (addresses) => `Не приняты адреса: ${addresses}`,
    removed: 'Расписание удалено',
    bringBack: 'Вернуть',
    bringBackFailed: 'Расписание не вернулось',
    removeFailed: 'Расписание не удалено',
    retryFailed: 'Письмо не отправлено',
    saved: 'Расписание сохранено',
    sent: 'Отправляем',
  },
  en: {
    open: 'By e-mail',
    title: 'Reports by e-mail',
    note: 'A report is of the last whole day, week or month. Grouping, filters and columns are those on the screen when you add it.',
    cannotSend: 'No mail server is set: letters will wait. Settings → Mail.',
    empty: 'No schedules yet',
    emptyHint: 'Add the first one: the open report will come by itself.',
    add: 'Add the open report',
    edit: 'Change',
    remove: 'Delete',
    save: 'Save',
    cancel: 'Cancel',
    every: 'How often',
    everies: { day: 'Every day', week: 'Every week', month: 'Every month' },
    onDay: 'Weekday',
    weekdaysOn: weekdaysOn.en,
    dayOfMonth: 'Day of the month',
    time: 'Time',
    timeOf: (zone) => `By the site’s clock (${zone})`,
    wrongTime: 'A time such as 08:00',
    recipients: 'To',
    recipientsHint: 'Addresses with commas between them',
    wrongRecipients: 'Addresses such as name@company.com with commas between them',
    format: 'File',
    formats: { xlsx: 'Excel workbook (XLSX)', pdf: 'PDF document' },
    language: 'Language of the letter',
    languages: { ru: 'Russian', en: 'English' },
    active: 'Send',
    resting: 'Not sent',
    next: (time) => `next ${time}`,
    when: ({ every, weekday, dayOfMonth }, time) =>
      every === 'day'
        ? `every day at ${time}`
        : every === 'week'
          ? `${weekdaysOn.en[weekday - 1] ?? ''} at ${time}`
          : `on day ${dayOfMonth} of each month at ${time}`,
    states: { waiting: 'Waiting', sending: 'Sending', sent: 'Sent', failed: 'Not sent', dropped: 'Cancelled' },
    sentAt: (time) => `sent ${time}`,
    retryAt: (time, attempts) => `tries: ${attempts}, next ${time}`,
    retry: 'Send now',
    notTaken: (addresses) => `Addresses not accepted: ${addresses}`,
    removed: 'The schedule is deleted',
    bringBack: 'Bring it back',
    bringBackFailed: 'The schedule was not brought back',
    removeFailed: 'The schedule was not deleted',
    retryFailed: 'The letter was not sent',
    saved: 'The schedule is saved',
    sent: 'Sending',
  },
})
