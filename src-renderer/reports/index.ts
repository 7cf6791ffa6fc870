export { CallsScreen } from './CallsScreen.tsx'
export { CallsTable } from './CallsTable.tsx'
export { useTodaysCalls } from './use-calls.ts'
