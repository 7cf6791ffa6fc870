export { useAnswerLeaving } from './use-at-stake.ts'
export { useLeaveWarning } from './use-leave-warning.ts'
export { useLeaving } from './use-leaving.tsx'
