export { SignOutQuestion } from './SignOutQuestion.tsx'
export { useLeaveWarning, useReasonToStay } from './use-leave-warning.ts'
