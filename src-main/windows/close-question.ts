/** Asked by the main process itself, which does not know the page's language: the system's decides. */
const texts = {
  ru: {
    message: 'Закрыть окно?',
    detail: 'Идёт разговор, или введённый текст ещё нигде не сохранён. Если закрыть окно, он будет потерян.',
    buttons: ['Не закрывать', 'Закрыть'],
  },
  en: {
    message: 'Close the window?',
    detail: 'A call is going on, or what you typed is not kept anywhere yet. Closing the window loses it.',
    buttons: ['Keep it open', 'Close'],
  },
}

/** `locale` as Electron gives it: `ru`, `ru-RU`, `en-US`. The first button, and Escape, keep the window. */
export function closeQuestion(locale: string) {
  const text = /^ru\b/i.test(locale) ? texts.ru : texts.en
  return { type: 'question' as const, defaultId: 0, cancelId: 0, noLink: true, ...text }
}
export const closeAnswer = 1
