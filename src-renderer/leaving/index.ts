export { useLeaveWarning } from './use-leave-warning.ts'
export { useLeaving } from './use-leaving.tsx'
