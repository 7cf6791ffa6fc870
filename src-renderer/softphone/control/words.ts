import { defineWords } from '../../app/i18n.ts'

/** Of what the server does with a call: conference, recording, announcements. */
export const words = defineWords({
  ru: {
    participants: 'Участники',
    you: 'вы',
    putOut: (name: string) => `Исключить: ${name}`,
    addParticipant: 'Добавить',
    endForAll: 'Завершить для всех',
    leaveNote: 'Если вы выйдете, остальные продолжат разговор.',
    recordingOn: 'Запись',
    recordingPaused: 'Запись на паузе',
    recordingForced: 'Запись в этой очереди обязательна, остановить её нельзя.',
    pauseRecording: 'Приостановить запись (данные карты)',
    resumeRecording: 'Продолжить запись',
    announcements: 'Сообщения',
    playInto: 'Включить в разговор',
    leaveWith: 'Оставить сообщение и освободиться',
    stopAnnouncement: 'Остановить сообщение',
  },
  en: {
    participants: 'Participants',
    you: 'you',
    putOut: (name: string) => `Put out: ${name}`,
    addParticipant: 'Add',
    endForAll: 'End for all',
    leaveNote: 'When you leave, the others go on talking.',
    recordingOn: 'Recording',
    recordingPaused: 'Recording paused',
    recordingForced: 'Recording is required in this queue and cannot be stopped.',
    pauseRecording: 'Pause recording (card data)',
    resumeRecording: 'Resume recording',
    announcements: 'Announcements',
    playInto: 'Play into the call',
    leaveWith: 'Leave the announcement and go on',
    stopAnnouncement: 'Stop the announcement',
  },
})
