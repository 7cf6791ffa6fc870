import { AppError } from '../errors.ts'
import type { CallControl } from './call-control.ts'

export type { CallControl } from './call-control.ts'

const notYet = async (): Promise<never> => {
  throw new AppError('notConfigured', 'call control is not there yet')
}

export const createCallControl = (): CallControl => ({
  startConference: notYet,
  addToConference: notYet,
  removeFromConference: notYet,
  endConference: notYet,
  setRecording: notYet,
  announcements: async () => [],
  playAnnouncement: notYet,
  setQueueMembership: notYet,
  reportQuality: notYet,
  callMedia: async () => ({ quality: [], pauses: [] }),
})
