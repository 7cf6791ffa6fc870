import { defineWords } from '../app/i18n.ts'
import type { MicrophonePlace } from './microphone-place.ts'

interface MicrophoneWords {
  denied: string
  allowIn: Record<MicrophonePlace, string>
  needed: string
  thenAgain: string
  missing: string
  missingHint: string
  ask: string
  askHint: Record<'browser' | 'desktop', string>
  allow: string
  check: string
}

/** Of a microphone that is not there, or not allowed. */
export const microphoneWords = defineWords<MicrophoneWords>({
  ru: {
    denied: 'Микрофон запрещён',
    allowIn: {
      browser: 'Разрешите микрофон: значок слева от адреса → «Микрофон» → «Разрешить».',
      windows:
        'Разрешите микрофон: Параметры Windows → «Конфиденциальность и защита» → «Микрофон» → доступ для классических приложений.',
      mac: 'Разрешите микрофон: Системные настройки → «Конфиденциальность и безопасность» → «Микрофон» → CallSync Central. Затем перезапустите программу.',
      linux: 'Разрешите микрофон: параметры системы → «Звук» и «Приватность».',
    },
    needed: 'Звонки приходят, но ответить нельзя.',
    thenAgain: 'Потом попробуйте ещё раз.',
    missing: 'Микрофон не найден',
    missingHint: 'Подключите гарнитуру и нажмите «Проверить». Звонки приходят, но ответить нельзя.',
    ask: 'Разрешите микрофон',
    askHint: {
      browser: 'Браузер спросит один раз, до первого звонка. Иначе на вопрос уйдут секунды разговора.',
      desktop: 'Система спросит один раз, до первого звонка. Иначе на вопрос уйдут секунды разговора.',
    },
    allow: 'Разрешить',
    check: 'Проверить',
  },
  en: {
    denied: 'Microphone blocked',
    allowIn: {
      browser: 'Allow the microphone: icon left of the address → Microphone → Allow.',
      windows: 'Allow the microphone: Windows Settings → Privacy & security → Microphone → access for desktop apps.',
      mac: 'Allow the microphone: System Settings → Privacy & Security → Microphone → CallSync Central. Then restart the app.',
      linux: 'Allow the microphone: system settings → Sound and Privacy.',
    },
    needed: 'Calls ring, but cannot be answered.',
    thenAgain: 'Then try again.',
    missing: 'No microphone found',
    missingHint: 'Plug in a headset and press Check. Calls ring, but cannot be answered.',
    ask: 'Allow the microphone',
    askHint: {
      browser: 'The browser asks once, before the first call. Otherwise the question costs seconds of it.',
      desktop: 'The system asks once, before the first call. Otherwise the question costs seconds of it.',
    },
    allow: 'Allow',
    check: 'Check',
  },
})
