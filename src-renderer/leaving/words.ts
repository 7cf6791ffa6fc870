import { defineWords, plural } from '../app/i18n.ts'

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
    unsentTitle: 'Не всё отправлено',
    unsent: (n: number) =>
      `На этом компьютере ${n} ${plural('ru', n, ['карточка', 'карточки', 'карточек'])} с текстом, которого нет на сервере. Когда вы войдёте здесь снова, оставленное уйдёт или откроется, чтобы продолжить; стёртое не вернуть.`,
    damaged: (n: number) =>
      `Здесь лежит повреждённое хранилище черновиков (${n}). В нём может быть текст ваш и ваших коллег. Стирание удалит его целиком; если из него ещё надо что-то достать, оставьте и скажите администратору.`,
    keep: 'Оставить и выйти',
    wipe: 'Стереть и выйти',
    wipeFailed: 'Стереть не получилось: диск не отвечает. Набранное осталось на этом компьютере.',
  },
  en: {
    title: 'Sign out now?',
    reasons: {
      call: 'You are in a call. Signing out ends it.',
      unkept: 'Some of what you typed is only on this page: this computer’s storage is not available. Signing out loses it.',
    },
    stay: 'Stay',
    leave: 'Sign out',
    unsentTitle: 'Not everything has been sent',
    unsent: (n: number) =>
      `This computer holds ${n} ${plural('en', n, ['card', 'cards'])} with text the server does not have. When you sign in here again, kept text goes out or is there to go on with; wiped text is gone.`,
    damaged: (n: number) =>
      `A damaged store of drafts lies here (${n}). It may hold your text and your colleagues’. Wiping removes it whole; if something in it is still needed, keep it and tell the administrator.`,
    keep: 'Keep and sign out',
    wipe: 'Wipe and sign out',
    wipeFailed: 'Wiping failed: the disk does not answer. What you typed is still on this computer.',
  },
})
