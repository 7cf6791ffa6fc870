import type { CallBack } from '../../server/contract/index.ts'

type Due = Pick<CallBack, 'dueAtMs' | 'createdAtMs'>

export const isOverdue = (task: Due, nowMs: number): boolean => task.dueAtMs !== null && task.dueAtMs < nowMs

/** «As soon as possible» has been due since it was made; then by the time agreed on. */
export const byDue = (a: Due, b: Due): number => (a.dueAtMs ?? a.createdAtMs) - (b.dueAtMs ?? b.createdAtMs)
