import { defineWords } from '../app/i18n.ts'

export const words = defineWords({
  ru: {
    title: 'Выйти сейчас?',
    reasons: {
      call: 'Идёт разговор. Если выйти, он будет завершён.',
      unkept:
        'Часть введённого текста есть только на этой странице: хранилище этого компьютера недоступно. Если выйти, текст пропадёт.',
    },
    stay: 'Остаться',
    leave: 'Выйти',
  },
  en: {
    title: 'Sign out now?',
    reasons: {
      call: 'You are in a call. Signing out ends it.',
      unkept: 'Some of what you typed is only on this page: this computer’s storage is not available. Signing out loses it.',
    },
    stay: 'Stay',
    leave: 'Sign out',
  },
})
