import { defineWords } from '../app/i18n.ts'

export const announcementWords = defineWords({
  ru: {
    note: 'Что операторы могут проиграть в разговор или оставить собеседнику. Звук — имя файла без расширения в папке звуков Asterisk, например custom/holiday; сами файлы кладут на сервер Asterisk.',
    none: 'Сообщений нет: кнопки у операторов не будет.',
    ru: 'По-русски',
    en: 'По-английски',
    sound: 'Звук в Asterisk',
    language: 'На языке',
    languages: { ru: 'Русский', en: 'Английский' },
    add: 'Добавить сообщение',
    remove: 'Убрать',
    up: 'Выше',
    down: 'Ниже',
    wrongSound: 'Латинские буквы, цифры, - и _, папки через /',
    empty: 'Нужно название',
  },
  en: {
    note: 'What operators can play into a call or leave to the other side. The sound is a file’s name without its ending in Asterisk’s folder of sounds, such as custom/holiday; the files themselves are put on the Asterisk server.',
    none: 'No announcements: operators have no button for them.',
    ru: 'In Russian',
    en: 'In English',
    sound: 'Sound in Asterisk',
    language: 'Spoken in',
    languages: { ru: 'Russian', en: 'English' },
    add: 'Add an announcement',
    remove: 'Remove',
    up: 'Up',
    down: 'Down',
    wrongSound: 'Latin letters, digits, - and _, folders with /',
    empty: 'A name is needed',
  },
})
