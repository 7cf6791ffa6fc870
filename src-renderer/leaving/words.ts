import { defineWords } from '../app/i18n.ts'

export const words = defineWords({
  ru: {
    title: 'Выйти сейчас?',
    reasons: {
      call: 'Идёт разговор. Если выйти, он будет завершён.',
      unkept:
        'Часть введённого текста есть только на этой странице: хранилище этого компьютера недоступно. Если выйти, текст пропадёт.',
      unsent:
        'Часть введённого текста ещё не на сервере. Она останется на этом компьютере и уйдёт, когда вы войдёте здесь снова.',
    },
    stay: 'Остаться',
    leave: 'Выйти',
  },
  en: {
    title: 'Sign out now?',
    reasons: {
      call: 'You are in a call. Signing out ends it.',
      unkept: 'Some of what you typed is only on this page: this computer’s storage is not available. Signing out loses it.',
      unsent:
        'Some of what you typed is not on the server yet. It stays on this computer and is sent when you sign in here again.',
    },
    stay: 'Stay',
    leave: 'Sign out',
  },
})
