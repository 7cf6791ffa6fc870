export { type LentAudio, wholeFile } from './lent-audio.ts'
export { Recordings } from './recordings.ts'
